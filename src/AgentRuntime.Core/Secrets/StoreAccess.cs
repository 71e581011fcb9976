namespace AgentRuntime.Secrets;

/// <summary>The short-lived right to read one credential once, made by a store for one attempt of one step, such as a token of a vault.</summary>
/// <remarks>
/// Holds whatever the store needs for it; nothing of it can be printed but the <see cref="Accessor"/>. Disposal ends the right at the store, also
/// everything that was leased with it; it never throws, is idempotent, and bounds its own time. If the process dies the right ends by its own expiry.
/// Thread-safe.
/// </remarks>
public abstract class StoreAccess : IAsyncDisposable
{
    /// <summary>Names the right without giving it, for audit entries; <c>null</c> when the store has no such name.</summary>
    public abstract string? Accessor { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Never the right itself.</summary>
    public sealed override string ToString() => $"[store access {Accessor}]";
}
