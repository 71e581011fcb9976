using System.Collections.Concurrent;

namespace AgentRuntime.Mcp.Client;

/// <summary>Remembers, in memory, which protocol revision each server was last reached with, so that a probe that failed is not repeated. Thread-safe.</summary>
internal sealed class EraMemory
{
    /// <summary>The revisions with a handshake, newest first: what is tried when the probe of the current revision fails.</summary>
    public static readonly IReadOnlyList<string> Pins = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The revision to begin with, or <c>null</c> to probe.</summary>
    public string? Find(string server) => _known.GetValueOrDefault(server);

    /// <summary>Remembers a revision with a handshake. The current revision is what a probe begins with anyway.</summary>
    public void Remember(string server, string? version)
    {
        if (version is not null && Pins.Contains(version, StringComparer.Ordinal))
        {
            _known[server] = version;
        }
    }

    public void Forget(string server) => _known.TryRemove(server, out _);
}
