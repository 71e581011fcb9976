using System.Text.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows.Templates;

/// <summary>What a template or an expression of one step can reach, and nothing else.</summary>
/// <remarks>
/// One small object for each step; the dictionaries are shared and may grow while the run goes on (pass concurrent ones).
/// <c>TemplateScope.ForRun(...)</c> sees every step; <see cref="For"/> narrows to what one step may see; <see cref="ForIteration"/> opens a loop body.
/// </remarks>
public sealed class TemplateScope
{
    private readonly TemplateScope? _outer;
    private readonly IReadOnlyDictionary<StepId, StepData> _steps;
    private readonly StepSet? _visible;

    private TemplateScope(TemplateScope? outer, JsonElement input, JsonElement run, IReadOnlyDictionary<StepId, StepData> steps, StepSet? visible, JsonElement? item, int index)
    {
        _outer = outer;
        Input = input;
        Run = run;
        _steps = steps;
        _visible = visible;
        Item = item;
        Index = index;
    }

    /// <summary>The run's input.</summary>
    public JsonElement Input { get; }

    /// <summary>Facts about the run; see <see cref="RunFields"/>.</summary>
    public JsonElement Run { get; }

    /// <summary>The item of the innermost loop, or <c>null</c> outside of loops.</summary>
    public JsonElement? Item { get; }

    /// <summary>Its place, from 0; meaningful only with <see cref="Item"/>.</summary>
    public int Index { get; }

    /// <summary>The scope of the whole run: every step of <paramref name="steps"/> is visible. Used for the outputs.</summary>
    public static TemplateScope ForRun(JsonElement input, JsonElement run, IReadOnlyDictionary<StepId, StepData> steps) =>
        new(null, input, run, steps, null, null, 0);

    /// <summary>The scope of one step of this level: sees its <see cref="GraphNode.Ancestors"/> only.</summary>
    public TemplateScope For(StepSet ancestors) => new(_outer, Input, Run, _steps, ancestors, Item, Index);

    /// <summary>The scope of one iteration of the loop whose own scope this is. Narrow it with <see cref="For"/> for each step of the body.</summary>
    /// <param name="item">The item.</param>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="body">The steps of this iteration that ended.</param>
    public TemplateScope ForIteration(JsonElement item, int index, IReadOnlyDictionary<StepId, StepData> body) =>
        new(this, Input, Run, body, null, item, index);

    /// <summary>A visible step of the workflow's own list.</summary>
    public bool TryGetStep(StepId id, out StepData data)
    {
        var scope = this;
        while (scope._outer is { } outer)
        {
            scope = outer;
        }

        return scope.TryGetOwn(id, out data);
    }

    /// <summary>A visible step of this iteration, or of an iteration around it; the innermost wins.</summary>
    public bool TryGetBody(StepId id, out StepData data)
    {
        for (var scope = this; scope._outer is not null; scope = scope._outer)
        {
            if (scope.TryGetOwn(id, out data))
            {
                return true;
            }
        }

        data = default;
        return false;
    }

    /// <summary>The visible steps of the workflow's own list that ended.</summary>
    internal IEnumerable<KeyValuePair<StepId, StepData>> VisibleSteps()
    {
        var scope = this;
        while (scope._outer is { } outer)
        {
            scope = outer;
        }

        return scope.Own();
    }

    /// <summary>The visible steps of this and the surrounding iterations that ended, outermost first.</summary>
    internal IEnumerable<KeyValuePair<StepId, StepData>> VisibleBody() =>
        _outer is null ? [] : _outer.VisibleBody().Concat(Own());

    /// <summary>The value that a reference begins with.</summary>
    internal bool TryGet(TemplateRoot root, StepId? step, out JsonElement value)
    {
        JsonElement? found = root switch
        {
            TemplateRoot.Input => Input,
            TemplateRoot.Run => Run,
            TemplateRoot.Item => Item,
            TemplateRoot.Index => Item is null ? null : JsonElement.Parse(System.Text.Encoding.UTF8.GetBytes(Index.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            TemplateRoot.StepResult => TryGetStep(step!.Value, out var data) ? data.Result : null,
            TemplateRoot.StepInput => TryGetStep(step!.Value, out var data) ? data.Input : null,
            TemplateRoot.Body => TryGetBody(step!.Value, out var data) ? data.Result : null,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is { ValueKind: not JsonValueKind.Undefined };
    }

    private bool TryGetOwn(StepId id, out StepData data)
    {
        data = default;
        return (_visible is null || _visible.Contains(id)) && _steps.TryGetValue(id, out data);
    }

    /// <summary>In document order where the visible steps are known, so that runs are repeatable.</summary>
    private IEnumerable<KeyValuePair<StepId, StepData>> Own()
    {
        if (_visible is null)
        {
            return _steps.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal);
        }

        return _visible
            .Select(id => (Id: id, Found: _steps.TryGetValue(id, out var data), Data: data))
            .Where(step => step.Found)
            .Select(step => KeyValuePair.Create(step.Id, step.Data));
    }
}
