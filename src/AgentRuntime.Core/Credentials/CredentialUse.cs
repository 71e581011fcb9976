using AgentRuntime.Runs;

namespace AgentRuntime.Credentials;

/// <summary>The audit bracket of one use: opened by a durable intent, closed by exactly one outcome.</summary>
/// <remarks>Disposal closes it when nobody else did, so that no intent stays without an outcome while the process lives.</remarks>
public sealed class CredentialUse : IAsyncDisposable
{
    private readonly Func<LeaseOutcome, ValueTask<JournalCommit>> _settle;
    private int _settled;

    internal CredentialUse(Func<LeaseOutcome, ValueTask<JournalCommit>> settle) => _settle = settle;

    /// <summary>Records how the use ended, together with the event that says so for the step. Only the first call counts.</summary>
    /// <returns>What was committed, or <c>null</c> when an outcome was there already.</returns>
    public async ValueTask<JournalCommit?> SettleAsync(LeaseOutcome outcome) =>
        Interlocked.Exchange(ref _settled, 1) == 0 ? await _settle(outcome) : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await SettleAsync(LeaseOutcome.Abandoned);
}
