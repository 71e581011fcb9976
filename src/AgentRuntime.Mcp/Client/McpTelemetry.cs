using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Credentials;
using AgentRuntime.Tools;

namespace AgentRuntime.Mcp.Client;

/// <summary>Spans of calls, by the semantic conventions of OpenTelemetry for MCP. No attribute holds a text that a server chose.</summary>
internal static class McpTelemetry
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "AgentRuntime.Mcp";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of a call, below <paramref name="traceParent"/> when that is given.</summary>
    public static Activity? StartCall(ServerManifest server, string tool, string? traceParent)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var parent = ActivityContext.TryParse(traceParent, null, isRemote: false, out var context) ? context : Activity.Current?.Context ?? default;
        var span = Source.StartActivity($"tools/call {tool}", ActivityKind.Client, parent);
        span?.SetTag("mcp.method.name", "tools/call");
        span?.SetTag("gen_ai.tool.name", tool);
        span?.SetTag("gen_ai.operation.name", "execute_tool");
        switch (server.Transport)
        {
            case ServerTransport.Http http:
                span?.SetTag("network.transport", "tcp");
                span?.SetTag("server.address", http.Url.Host);
                span?.SetTag("server.port", http.Url.Port);
                break;
            default:
                span?.SetTag("network.transport", "pipe");
                span?.SetTag("server.address", server.Name.Value);
                break;
        }

        return span;
    }

    /// <summary>Notes the session that serves the call. The session's id is hashed: some servers take it for a credential.</summary>
    public static void SetSession(Activity? span, McpConnection connection)
    {
        if (span is null)
        {
            return;
        }

        // A revision is a date; anything else is a text that the server chose.
        if (DateOnly.TryParseExact(connection.ProtocolVersion, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var revision))
        {
            span.SetTag("mcp.protocol.version", revision.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        if (connection.SessionId is { } id)
        {
            span.SetTag("mcp.session.id", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 8)));
        }
    }

    /// <summary>Notes how the call ended.</summary>
    public static void SetOutcome(Activity? span, ToolOutcome outcome)
    {
        if (span is not null && outcome is ToolOutcome.Failed failed)
        {
            SetError(span, ErrorTypeOf(failed.Kind));
        }
    }

    /// <summary>Notes that the call was cancelled.</summary>
    public static void SetCancelled(Activity? span) => SetError(span, "cancelled");

    private static void SetError(Activity? span, string type)
    {
        span?.SetTag("error.type", type);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    private static string ErrorTypeOf(ToolFailureKind kind) => kind switch
    {
        ToolFailureKind.ToolError => "tool_error",
        ToolFailureKind.CredentialRejected => "credential_rejected",
        ToolFailureKind.Unavailable => "unavailable",
        ToolFailureKind.RateLimited => "rate_limited",
        ToolFailureKind.ConnectionLost => "connection_lost",
        ToolFailureKind.ProtocolError => "protocol_error",
        ToolFailureKind.ResultTooLarge => "result_too_large",
        ToolFailureKind.UnknownTool => "unknown_tool",
        _ => "_OTHER",
    };
}
