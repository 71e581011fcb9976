using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Tools;

/// <summary>Lists what a server offers, for <c>servers check</c>. Thread-safe.</summary>
public interface IToolCatalog
{
    /// <summary>Connects with the credential of <paramref name="lease"/> and lists the tools.</summary>
    ValueTask<ToolListing> ListToolsAsync(ServerManifest server, Lease? lease, CancellationToken cancellationToken);
}

/// <summary>What listing gave: tools, or why not.</summary>
/// <param name="ProtocolVersion">The protocol revision in use, when connected.</param>
/// <param name="Tools">The tools, when connected.</param>
/// <param name="Failure">How it failed, or <c>null</c>.</param>
/// <param name="Message">What the server said, on failure.</param>
public sealed record ToolListing(string? ProtocolVersion, IReadOnlyList<ListedTool> Tools, ToolFailureKind? Failure = null, UntrustedText? Message = null);

/// <summary>A tool as its server describes it. Hints are the server's word, not proof.</summary>
/// <param name="Name">The name as listed; not checked.</param>
/// <param name="ReadOnlyHint">The server's hint, <c>null</c> when missing.</param>
/// <param name="IdempotentHint">The server's hint, <c>null</c> when missing.</param>
/// <param name="InputSchema">The input schema as listed.</param>
public sealed record ListedTool(string Name, bool? ReadOnlyHint, bool? IdempotentHint, JsonElement? InputSchema);
