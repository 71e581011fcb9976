using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows.Templates;

/// <summary>What <c>run</c> offers to templates and expressions. Nothing of it is secret.</summary>
public static class RunFields
{
    /// <summary>The fields: <c>run_id</c>, <c>started_at</c> (RFC 3339, UTC), <c>workflow</c>, <c>workflow_sha256</c>, <c>principal</c>.</summary>
    public static IReadOnlySet<string> Names { get; } =
        new[] { "run_id", "started_at", "workflow", "workflow_sha256", "principal" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The value of <c>run</c>; <paramref name="principal"/> must be scrubbed or checked.</summary>
    public static JsonElement Build(RunId run, DateTimeOffset startedAt, WorkflowName workflow, string workflowSha256, string principal)
    {
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("run_id", run.Value);
            writer.WriteString("started_at", startedAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("workflow", workflow.Value);
            writer.WriteString("workflow_sha256", workflowSha256);
            writer.WriteString("principal", principal);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.Span);
    }
}
