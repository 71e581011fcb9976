using System.Collections.Concurrent;
using System.Diagnostics;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;
using AgentRuntime.Tools;

namespace AgentRuntime.Bench;

/// <summary>Collects how long one part of a step takes, in milliseconds.</summary>
internal sealed class Timed
{
    public ConcurrentQueue<double> Times { get; } = new();

    public async ValueTask<T> MeasureAsync<T>(Func<ValueTask<T>> work)
    {
        var started = Stopwatch.GetTimestamp();
        var result = await work();
        Times.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return result;
    }
}

internal sealed class TimedTools(IToolCaller inner, Timed timed) : IToolCaller
{
    public ValueTask<ToolOutcome> CallAsync(ToolCall call, CancellationToken cancellationToken) => timed.MeasureAsync(() => inner.CallAsync(call, cancellationToken));

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

internal sealed class TimedStore(ISecretStore inner, Timed timed) : ISecretStore
{
    public string Name => inner.Name;

    public ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken) => timed.MeasureAsync(() => inner.ReadAsync(request, cancellationToken));
}

internal sealed class TimedJournal(IJournal inner, Timed timed) : IJournal
{
    public ValueTask<JournalCommit> CommitAsync(JournalBatch batch, CancellationToken cancellationToken) => timed.MeasureAsync(() => inner.CommitAsync(batch, cancellationToken));
}
