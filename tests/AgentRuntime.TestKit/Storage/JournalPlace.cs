using AgentRuntime.Audit;
using AgentRuntime.Runs;

namespace AgentRuntime.TestKit.Storage;

/// <summary>Where a journal under test keeps its data: it can be opened, closed and opened again, and its audit chain can be changed behind its back.</summary>
public abstract class JournalPlace : IAsyncDisposable
{
    /// <summary>Opens the journal; after a close, what a restarted process sees.</summary>
    public abstract ValueTask<OpenJournal> OpenAsync();

    /// <summary>The stored lines of the audit chain. The journal is open.</summary>
    public abstract ValueTask<IReadOnlyList<AuditLine>> ReadLinesAsync();

    /// <summary>Replaces the stored lines as somebody with full access to the storage would, without the journal. The journal is open.</summary>
    public abstract ValueTask ReplaceLinesAsync(IReadOnlyList<AuditLine> lines);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A journal under test with its two readers.</summary>
public sealed class OpenJournal(IJournal journal, IRunStore runs, IAuditLog audit, Func<ValueTask> close) : IAsyncDisposable
{
    public IJournal Journal { get; } = journal;

    public IRunStore Runs { get; } = runs;

    public IAuditLog Audit { get; } = audit;

    public static OpenJournal Over<T>(T store)
        where T : IJournal, IRunStore, IAuditLog =>
        new(store, store, store, store is IAsyncDisposable disposable ? disposable.DisposeAsync : static () => ValueTask.CompletedTask);

    public ValueTask DisposeAsync() => close();
}
