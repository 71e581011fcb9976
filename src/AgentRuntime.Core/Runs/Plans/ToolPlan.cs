using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs.Plans;

/// <summary>A tool call, ready to run.</summary>
internal sealed class ToolPlan(GraphNode node, McpCallStep step) : StepPlan(node)
{
    private readonly CompiledValue _arguments = CompiledValue.Compile(step.Arguments, $"{step.Pointer}/tool_args");

    public override string TypeName => "mcp_call";

    public override bool TakesSlot => true;

    public override bool HasEffect => true;

    public override bool IsIdempotent(RunContext run) => ToolAttempt.IsIdempotent(run, step);

    public override TimeSpan DefaultTimeout(RunEngineOptions options) => options.DefaultStepTimeout;

    // A condition may say no; a right is made for what is certain to come only.
    public override void Foresee(RunContext run, StepPath path)
    {
        if (step is { Enabled: true, Condition: null })
        {
            run.Broker.Prepare(ToolAttempt.RequestFor(run, step, path, attempt: 1, events: []));
        }
    }

    public override async ValueTask<IStepAttempt> BeginAsync(StepFrame frame, RunContext run, StepPath path, int attempt, ScrubbedJson input, CancellationToken cancellationToken) =>
        await ToolAttempt.BeginAsync(run, step, path, attempt, input, cancellationToken);

    protected override TemplateResult Resolve(TemplateScope scope) => _arguments.Resolve(scope);
}
