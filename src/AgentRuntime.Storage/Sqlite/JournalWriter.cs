using SQLitePCL;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>The one writer of this instance: a thread that takes everything that waits and makes it durable with one commit.</summary>
/// <remarks>
/// A dedicated thread, because it blocks on the disk. Callers wait without a thread. While a commit is on its way to the disk, the next group gathers,
/// so the number of commits a second adapts itself to the disk and the load.
/// </remarks>
internal sealed class JournalWriter
{
    private readonly SqliteRunDatabaseOptions _options;
    private readonly SqliteFailure _failure;
    private readonly AuditAnchorFile? _anchor;
    private readonly string _owner;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private List<PendingCommit> _waiting = [];
    private bool _stopping;
    private JournalSession? _session;

    public JournalWriter(SqliteRunDatabaseOptions options, SqliteFailure failure, AuditAnchorFile? anchor, string owner, JournalSession session)
    {
        _options = options;
        _failure = failure;
        _anchor = anchor;
        _owner = owner;
        _session = session;
        _thread = new Thread(Work) { IsBackground = true, Name = "agentruntime-journal" };
        _thread.Start();
    }

    public void Enqueue(PendingCommit pending)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(SqliteRunDatabase));
            _waiting.Add(pending);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes no more, writes what waits, closes the connection.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        return _stopped.Task;
    }

    private void Work()
    {
        while (Take() is { } group)
        {
            Write(group);
        }

        _session?.Dispose();
        _stopped.SetResult();
    }

    /// <summary>Everything that waits; <c>null</c> when stopped and nothing waits.</summary>
    private List<PendingCommit>? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            var group = _waiting;
            _waiting = new List<PendingCommit>(group.Count);
            return group;
        }
    }

    private void Write(List<PendingCommit> group)
    {
        if (TryWrite(group) is not SqliteFault { Primary: raw.SQLITE_FULL } || group.Count == 1)
        {
            return;
        }

        // One batch may be too large for what is left of the disk, and the others not: each on its own.
        foreach (var pending in group.Where(static pending => !pending.Completion.IsCompleted))
        {
            TryWrite([pending]);
        }
    }

    /// <summary>Writes a group in one transaction and completes its batches, except when the disk is full for a group of several.</summary>
    private Exception? TryWrite(List<PendingCommit> group)
    {
        var written = new List<PendingCommit>(group.Count);
        try
        {
            _session ??= JournalSession.Open(_options, _owner);
            _session.Begin();
            var before = _session.Chain.Entries;
            foreach (var pending in group.Where(static pending => pending.TryBegin()))
            {
                if (Append(_session, pending))
                {
                    written.Add(pending);
                }
            }

            _session.Commit();
            Anchor(_session, before);
            foreach (var pending in written)
            {
                pending.Complete();
            }

            return null;
        }
        catch (Exception e)
        {
            GiveUp(e);
            if (e is not SqliteFault { Primary: raw.SQLITE_FULL } || group.Count == 1)
            {
                foreach (var pending in group)
                {
                    pending.Fail(_failure.OfWrite(e));
                }
            }

            return e;
        }
    }

    /// <summary>Adds one batch to the transaction. An error that leaves the transaction alive is that batch's own.</summary>
    private bool Append(JournalSession session, PendingCommit pending)
    {
        try
        {
            pending.Result = session.Append(pending);
            return true;
        }
        catch (Exception e) when (session.InTransaction && e is not SqliteFault { Primary: raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
        {
            pending.Fail(_failure.OfWrite(e));
            return false;
        }
    }

    private void Anchor(JournalSession session, long before)
    {
        var (entries, head) = session.Chain;
        if (_anchor is not null && entries > before)
        {
            _anchor.Advance(before, entries, head, session.HashAt);
        }
    }

    private void GiveUp(Exception cause)
    {
        try
        {
            _session?.Rollback();
        }
        catch (SqliteFault fault)
        {
            cause = fault;
        }

        if (SqliteFailure.SpoilsConnection(cause))
        {
            _session?.Dispose();
            _session = null;
        }
    }
}
