using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Runs, their events and the audit chain of one workspace, in one SQLite file: WAL, <c>synchronous=FULL</c>, one group-committing writer.</summary>
/// <remarks>
/// Thread-safe. Several processes, and several instances in one process, may open the same file: they share one audit chain. A run is written by the
/// instance that started it. Dispose writes what waits and gives the ownership of its runs up.
/// Every error of the file or the disk is a <see cref="JournalUnavailableException"/>, with nothing of the batch written; later commits work once the cause is gone.
/// </remarks>
public sealed class SqliteRunDatabase : IJournal, IRunStore, IAuditLog, IAsyncDisposable
{
    private readonly RunOwnerLock _owner;
    private readonly AuditAnchorFile? _anchor;
    private readonly JournalWriter _writer;
    private readonly SqliteReader _reader;
    private readonly RunReader _runs;
    private readonly AuditReader _audit;
    private int _disposed;

    private SqliteRunDatabase(RunOwnerLock owner, AuditAnchorFile? anchor, JournalWriter writer, SqliteReader reader)
    {
        _owner = owner;
        _anchor = anchor;
        _writer = writer;
        _reader = reader;
        _runs = new RunReader(reader, owner);
        _audit = new AuditReader(reader, anchor);
    }

    /// <summary>Why the anchor of the audit chain could not be moved forward by the last commit, or <c>null</c>. Commits go on; verification tells more.</summary>
    public string? AnchorProblem => _anchor?.Problem;

    /// <summary>Opens the file, creating or upgrading it.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be opened, is damaged, is another program's, or was written by a newer version.</exception>
    public static Task<SqliteRunDatabase> OpenAsync(SqliteRunDatabaseOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BusyTimeout, TimeSpan.Zero, nameof(options));
        if (options.AnchorPath is not null && options.WorkspaceId.Length == 0)
        {
            throw new ArgumentException("An anchor names its workspace: set the workspace's id.", nameof(options));
        }

        return Task.Run(() => Open(options with { Path = Path.GetFullPath(options.Path) }, time), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>When nobody else writes, the caller's thread does, and the task is complete when the call returns; it is held for the time of one flush of the disk.</remarks>
    public async ValueTask<JournalCommit> CommitAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingCommit(batch);
        _writer.Submit(pending);
        if (pending.Completion.IsCompleted)
        {
            return await pending.Completion;
        }

        await using var withdrawal = cancellationToken.UnsafeRegister(static (state, token) => ((PendingCommit)state!).Withdraw(token), pending);
        return await pending.Completion;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RunSummary> ListAsync(CancellationToken cancellationToken) => _runs.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RunEvent> ReadEventsAsync(RunId run, CancellationToken cancellationToken) => _runs.ReadEventsAsync(run, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> IsOwnerAliveAsync(RunId run, CancellationToken cancellationToken) => _runs.IsOwnerAliveAsync(run, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<AuditEntry> QueryAsync(AuditQuery query, CancellationToken cancellationToken) => _audit.QueryAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<AuditVerification> VerifyAsync(CancellationToken cancellationToken) => _audit.VerifyAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.StopAsync();
        _anchor?.Flush();
        _reader.Close();
        _owner.Dispose();
    }

    private static SqliteRunDatabase Open(SqliteRunDatabaseOptions options, TimeProvider time)
    {
        var failure = new SqliteFailure(options);
        RunOwnerLock? owner = null;
        try
        {
            PrivateFiles.CreateFolder(Path.GetDirectoryName(options.Path)!);
            PrivateFiles.CreateFile(options.Path);
            var anchor = options.AnchorPath is { } path ? new AuditAnchorFile(path, options.WorkspaceId, time) : null;
            anchor?.Prepare();
            owner = RunOwnerLock.Take(options.Path + ".owners", new IdGenerator(time));
            var writer = new JournalWriter(options, failure, anchor, owner.Id, JournalSession.Open(options, owner.Id));
            return new SqliteRunDatabase(owner, anchor, writer, new SqliteReader(options, failure));
        }
        catch (Exception e)
        {
            owner?.Dispose();
            if (failure.OfOpen(e) is var shown && !ReferenceEquals(shown, e))
            {
                throw shown;
            }

            throw;
        }
    }
}
