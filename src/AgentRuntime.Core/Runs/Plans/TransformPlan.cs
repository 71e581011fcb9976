using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Expressions;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs.Plans;

/// <summary>A computed value, ready to run.</summary>
internal sealed class TransformPlan(GraphNode node, TransformStep step) : StepPlan(node)
{
    private static readonly JsonElement NoInput = JsonElement.Parse("null");
    private readonly JmesExpression _expression = JmesExpression.Parse(step.Expression, $"{step.Pointer}/expression");

    public override string TypeName => "transform";

    public override bool TakesSlot => true;

    public override TimeSpan DefaultTimeout(RunEngineOptions options) => options.DefaultStepTimeout;

    public override ValueTask<IStepAttempt> BeginAsync(StepFrame frame, RunContext run, StepPath path, int attempt, ScrubbedJson input, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IStepAttempt>(LocalAttempt.Pure(run, path, attempt, input, () => Evaluate(frame, run)));

    protected override TemplateResult Resolve(TemplateScope scope) => TemplateResult.Of(NoInput);

    private AttemptResult Evaluate(StepFrame frame, RunContext run)
    {
        var result = _expression.Evaluate(frame.ScopeOf(Node));
        return result.Error is { } error
            ? AttemptResult.Failure(run.Error(RunErrorCodes.ExpressionFailed, $"The expression gave no value: {error.Message}", error.Pointer))
            : AttemptResult.Success(run.Scrubber.Scrub(result.Value));
    }
}
