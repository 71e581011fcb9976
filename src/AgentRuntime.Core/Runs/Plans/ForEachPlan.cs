using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs.Plans;

/// <summary>A loop, ready to run. Holds no slot itself; the steps of its body do.</summary>
internal sealed class ForEachPlan(GraphNode node, ForEachStep step) : StepPlan(node)
{
    private readonly CompiledValue _items = CompiledValue.Compile(step.Items, $"{step.Pointer}/for_each_items");
    private readonly ListPlan _body = ListPlan.Compile(node.Body!);

    public override string TypeName => "for_each";

    public override async ValueTask<IStepAttempt> BeginAsync(StepFrame frame, RunContext run, StepPath path, int attempt, ScrubbedJson input, CancellationToken cancellationToken) =>
        await LocalAttempt.LastingAsync(run, path, attempt, input, [], token => RunAsync(frame, run, path, input.Element, token), cancellationToken);

    protected override TemplateResult Resolve(TemplateScope scope) => _items.Resolve(scope);

    private ValueTask<AttemptResult> RunAsync(StepFrame frame, RunContext run, StepPath path, JsonElement items, CancellationToken cancellationToken)
    {
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() > run.Options.MaxForEachItems)
        {
            var message = items.ValueKind == JsonValueKind.Array
                ? $"A loop may have at most {run.Options.MaxForEachItems} items; this one has {items.GetArrayLength()}."
                : $"for_each_items must be an array; it is {items.ValueKind}.";
            return ValueTask.FromResult(AttemptResult.Failure(run.Error(RunErrorCodes.InputInvalid, message, $"{step.Pointer}/for_each_items")));
        }

        return new ForEachRun(run, Node, step, _body, frame, path).RunAsync(items, cancellationToken);
    }
}
