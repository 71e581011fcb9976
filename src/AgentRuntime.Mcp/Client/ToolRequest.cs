using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Tools;

namespace AgentRuntime.Mcp.Client;

/// <summary>Builds the parameters of <c>tools/call</c>.</summary>
internal static class ToolRequest
{
    /// <summary>The member of <c>_meta</c> that carries the idempotency key.</summary>
    public const string IdempotencyKeyName = "agentruntime/idempotency-key";

    public static JsonObject Build(ToolCall call, string? traceParent)
    {
        var meta = new JsonObject { [IdempotencyKeyName] = call.IdempotencyKey };
        if (traceParent is not null)
        {
            meta["traceparent"] = traceParent;
        }

        return new JsonObject
        {
            ["name"] = call.Tool.Value,
            ["arguments"] = JsonObject.Create(call.Arguments) ?? [],
            ["_meta"] = meta,
        };
    }

    /// <summary>The size of the arguments in bytes of JSON.</summary>
    public static int SizeOf(JsonElement arguments) => JsonMarshal.GetRawUtf8Value(arguments).Length;
}
