using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded;

/// <summary>How to open an embedded store.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>The store's file. Two more files beside it (<c>-wal</c>, <c>-shm</c>) belong to it while it is open.</summary>
    public required string Path { get; init; }

    /// <summary>Where the master key comes from.</summary>
    public required MasterKeySource MasterKey { get; init; }

    /// <summary>Whether a missing store is created. Default true. An existing one is never replaced.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>How long a read or write waits for another process that writes. Default 5 seconds.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
