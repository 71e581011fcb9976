namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Where the credentials lie in a vault.</summary>
public sealed record VaultAuditOptions
{
    /// <summary>The mount of the KV engine, without slashes at its ends. Default <c>secret</c>.</summary>
    public string Mount { get; init; } = "secret";

    /// <summary>The folder inside the mount; empty for none. Default <c>agentruntime</c>.</summary>
    public string Prefix { get; init; } = "agentruntime";

    /// <summary>Other paths whose use is judged too, such as <c>database/creds/ROLE</c> or <c>transit/decrypt/KEY</c>. Default none.</summary>
    public IReadOnlyCollection<string> Paths { get; init; } = [];

    /// <summary>Whether our log has this id of a request; such requests are told whatever they asked for. Default none.</summary>
    public Func<string, bool>? IsRecorded { get; init; }

    /// <summary>Only this namespace, by path or id; <c>null</c> for all. Default <c>null</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>The greatest length of one entry in bytes. Default 16 MiB.</summary>
    public int EntryLimit { get; init; } = StoreLogReader.DefaultEntryLimit;
}
