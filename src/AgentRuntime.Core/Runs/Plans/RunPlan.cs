using System.Text.Json;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Schemas;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs.Plans;

/// <summary>A workflow made ready to run.</summary>
internal sealed class RunPlan
{
    private readonly WorkflowDefinition _workflow;
    private readonly CompiledValue? _outputs;
    private readonly JsonSchemaCheck? _inputSchema;

    private RunPlan(WorkflowDefinition workflow)
    {
        _workflow = workflow;
        Steps = ListPlan.Compile(WorkflowGraph.Compile(workflow.Steps));
        _outputs = workflow.Outputs is { } outputs ? CompiledValue.Compile(outputs, "/outputs") : null;
        _inputSchema = workflow.InputSchema is { } schema ? JsonSchemaCheck.Compile(schema) : null;
    }

    public ListPlan Steps { get; }

    public static RunPlan Compile(WorkflowDefinition workflow) => new(workflow);

    /// <summary>How the input breaks the workflow's schema, or <c>null</c>.</summary>
    public string? InputViolation(ScrubbedJson input) => StepPlan.Violation(_inputSchema, input, "The input of the run");

    /// <summary>The outputs of a run whose steps ended: the definition's template, or the results of the steps that nothing depends on.</summary>
    public Resolution<ScrubbedJson> ResolveOutputs(StepFrame frame, RunContext run)
    {
        if (_outputs is null)
        {
            return Resolution<ScrubbedJson>.Of(run.Scrubber.Scrub(LeafResults(frame)));
        }

        var resolved = _outputs.Resolve(frame.Scope);
        return resolved.Error is { } error
            ? Resolution<ScrubbedJson>.Failed(run.Error(RunErrorCodes.UnresolvedTemplate, $"The outputs of '{_workflow.Name}' cannot be put together: {error.Message}", error.Pointer))
            : Resolution<ScrubbedJson>.Of(run.Scrubber.Scrub(resolved.Value));
    }

    private JsonElement LeafResults(StepFrame frame)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var leaf in Steps.Graph.Leaves)
            {
                if (frame.ResultOf(leaf.Id) is { } result)
                {
                    writer.WritePropertyName(leaf.Id.Value);
                    result.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
