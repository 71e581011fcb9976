using System.Collections.Concurrent;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs;

/// <summary>One list of steps at work: the top of a workflow, or one iteration of a loop. Gives steps their paths and their templates what they may see. Thread-safe.</summary>
internal sealed class StepFrame
{
    private readonly ConcurrentDictionary<StepId, StepData> _steps;
    private readonly StepPath? _loop;
    private readonly int _index;

    private StepFrame(TemplateScope scope, ConcurrentDictionary<StepId, StepData> steps, StepPath? loop, int index)
    {
        Scope = scope;
        _steps = steps;
        _loop = loop;
        _index = index;
    }

    /// <summary>Sees every step of this list.</summary>
    public TemplateScope Scope { get; }

    /// <summary>The top of a workflow.</summary>
    public static StepFrame Top(JsonElement input, JsonElement run)
    {
        var steps = new ConcurrentDictionary<StepId, StepData>();
        return new StepFrame(TemplateScope.ForRun(input, run, steps), steps, loop: null, 0);
    }

    /// <summary>One iteration of a loop that stands in this list.</summary>
    public StepFrame Iteration(GraphNode loop, int index, JsonElement item)
    {
        var steps = new ConcurrentDictionary<StepId, StepData>();
        return new StepFrame(ScopeOf(loop).ForIteration(item, index, steps), steps, PathOf(loop.Id), index);
    }

    public StepPath PathOf(StepId id) => _loop is { } loop ? loop.Child(_index, id) : StepPath.Root(id);

    /// <summary>What the templates of one step may see: the steps that always ended before it.</summary>
    public TemplateScope ScopeOf(GraphNode node) => Scope.For(node.Ancestors);

    public void SetInput(StepId id, ScrubbedJson input) => Set(id, data => data with { Input = input.Element });

    public void SetResult(StepId id, ScrubbedJson result) => Set(id, data => data with { Result = result.Element });

    public JsonElement? ResultOf(StepId id) => _steps.TryGetValue(id, out var data) ? data.Result : null;

    private void Set(StepId id, Func<StepData, StepData> change) =>
        _steps.AddOrUpdate(id, _ => change(default), (_, data) => change(data));
}
