using System.Collections.Concurrent;
using System.Diagnostics;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;

namespace AgentRuntime.Bench.Stores;

/// <summary>How long each step waits for its credential: from the durable intent to the value, whatever the store does in between.</summary>
internal sealed class CriticalPath
{
    private readonly ConcurrentDictionary<(RunId, StepPath), long> _intents = new();

    /// <summary>The waits, in milliseconds.</summary>
    public ConcurrentQueue<double> Times { get; } = new();

    public IJournal Watch(IJournal journal) => new Journal(journal, this);

    public ISecretStore Watch(ISecretStore store) => store is IStepAccessStore steps ? new StepStore(steps, this) : new Store(store, this);

    private void IntentIsDurable(JournalBatch batch)
    {
        if (batch.Audit is { Phase: AuditPhase.Intent } intent)
        {
            _intents[(intent.Run, intent.Step)] = Stopwatch.GetTimestamp();
        }
    }

    private async ValueTask<SecretReadResult> ReadAsync(ISecretStore store, SecretReadRequest request, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(request, cancellationToken);
        if (request.Context is { Run: { } run, Step: { } step } && _intents.TryRemove((run, step), out var since))
        {
            Times.Enqueue(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        return read;
    }

    private sealed class Journal(IJournal inner, CriticalPath path) : IJournal
    {
        public async ValueTask<JournalCommit> CommitAsync(JournalBatch batch, CancellationToken cancellationToken)
        {
            var commit = await inner.CommitAsync(batch, cancellationToken);
            path.IntentIsDurable(batch);
            return commit;
        }
    }

    private sealed class Store(ISecretStore inner, CriticalPath path) : ISecretStore
    {
        public string Name => inner.Name;

        public ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken) => path.ReadAsync(inner, request, cancellationToken);
    }

    private sealed class StepStore(IStepAccessStore inner, CriticalPath path) : IStepAccessStore
    {
        public string Name => inner.Name;

        public ValueTask<StoreAccess?> PrepareAsync(SecretReadRequest request, CancellationToken cancellationToken) => inner.PrepareAsync(request, cancellationToken);

        public ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken) => path.ReadAsync(inner, request, cancellationToken);
    }
}
