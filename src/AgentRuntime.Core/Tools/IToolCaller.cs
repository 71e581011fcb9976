using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Tools;

/// <summary>Calls MCP tools. The only thing that the engine knows about transports.</summary>
/// <remarks>
/// Thread-safe. Expected failures are <see cref="ToolOutcome"/>s. Throws <see cref="OperationCanceledException"/> when cancelled, after telling the tool.
/// The credential is revealed inside the transport only and never outlives the lease.
/// </remarks>
public interface IToolCaller : IAsyncDisposable
{
    /// <summary>Calls one tool once.</summary>
    ValueTask<ToolOutcome> CallAsync(ToolCall call, CancellationToken cancellationToken);
}

/// <summary>One call of one tool.</summary>
public sealed record ToolCall
{
    /// <summary>The server.</summary>
    public required ServerManifest Server { get; init; }

    /// <summary>The tool; listed in the manifest.</summary>
    public required ToolName Tool { get; init; }

    /// <summary>The arguments, a JSON object.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>The lease of the tool's scope, or <c>null</c> when the tool uses no credential.</summary>
    public required Lease? Lease { get; init; }

    /// <summary>The greatest size of a result, in bytes.</summary>
    public required int MaxResultBytes { get; init; }

    /// <summary>One key per (run, step), the same for every attempt, passed to the tool in <c>_meta</c>.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>W3C <c>traceparent</c> to pass on in <c>_meta</c>, or <c>null</c>.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What a call gave.</summary>
public abstract record ToolOutcome
{
    private ToolOutcome()
    {
    }

    /// <summary>The tool answered without an error: structured content, else parsed JSON text, else the raw content.</summary>
    public sealed record Succeeded(UntrustedJson Result) : ToolOutcome;

    /// <summary>The call failed.</summary>
    /// <param name="Kind">How.</param>
    /// <param name="Message">What the tool or the transport said; may quote anything.</param>
    /// <param name="EffectPossible">Whether the tool may have acted: false only when the request certainly was not carried out.</param>
    public sealed record Failed(ToolFailureKind Kind, UntrustedText Message, bool EffectPossible) : ToolOutcome;
}

/// <summary>The ways in which a call fails.</summary>
public enum ToolFailureKind
{
    /// <summary>The tool answered with an error.</summary>
    ToolError,

    /// <summary>The server refused the credential, in whatever way it says so.</summary>
    CredentialRejected,

    /// <summary>The server cannot be started or reached.</summary>
    Unavailable,

    /// <summary>The server asks to come back later (HTTP 429, RFC 6585 section 4); it did not carry the call out.</summary>
    RateLimited,

    /// <summary>The connection or the process ended in the middle of the call.</summary>
    ConnectionLost,

    /// <summary>The server broke the protocol, or answered with a JSON-RPC error.</summary>
    ProtocolError,

    /// <summary>The result is larger than allowed.</summary>
    ResultTooLarge,

    /// <summary>The server has no such tool.</summary>
    UnknownTool,
}
