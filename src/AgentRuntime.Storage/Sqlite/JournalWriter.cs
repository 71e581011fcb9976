using SQLitePCL;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>The one writer of this instance: takes everything that waits and makes it durable with one commit.</summary>
/// <remarks>
/// Only one thread writes at a time. Whoever comes to an idle writer writes on their own thread, which a flush of the disk blocks: handing a lone batch over
/// to another thread and its result back costs about as much again as the flush. Whoever comes while somebody writes waits without a thread, and a dedicated
/// thread takes all of them as the next group, so the number of commits a second adapts itself to the disk and the load.
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
    private bool _writing;
    private bool _crowded;
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

    /// <summary>Writes the batch now if nobody else writes, or leaves it for the next group. Its end is told by the batch.</summary>
    public void Submit(PendingCommit pending)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(SqliteRunDatabase));

            // After a group of several there will be more: a caller that wrote alone would only make the others wait for a second flush.
            if (_writing || _crowded || _waiting.Count > 0)
            {
                _waiting.Add(pending);
                Monitor.Pulse(_gate);
                return;
            }

            _writing = true;
        }

        var begun = false;
        try
        {
            begun = TryWriteAtOnce(pending);
        }
        finally
        {
            lock (_gate)
            {
                _writing = false;
                if (!begun)
                {
                    _waiting.Insert(0, pending);
                }

                Monitor.Pulse(_gate);
            }
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
            lock (_gate)
            {
                _writing = false;
                _crowded = group.Count > 1;
            }
        }

        _session?.Dispose();
        _stopped.SetResult();
    }

    /// <summary>Everything that waits; <c>null</c> when stopped and nothing waits.</summary>
    private List<PendingCommit>? Take()
    {
        lock (_gate)
        {
            while (_writing || _waiting.Count == 0)
            {
                if (_stopping && !_writing)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            _writing = true;
            var group = _waiting;
            _waiting = new List<PendingCommit>(group.Count);
            return group;
        }
    }

    /// <summary>False when it would have to wait for another process, or for the file to be opened again: the dedicated thread does that.</summary>
    private bool TryWriteAtOnce(PendingCommit pending)
    {
        if (_session is not { } session)
        {
            return false;
        }

        PendingCommit[] alone = [pending];
        try
        {
            if (!session.TryBegin())
            {
                return false;
            }
        }
        catch (Exception e)
        {
            Fail(alone, e);
            return true;
        }

        TryWriteBegun(session, alone);
        return true;
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
    private Exception? TryWrite(IReadOnlyList<PendingCommit> group)
    {
        JournalSession session;
        try
        {
            session = _session ??= JournalSession.Open(_options, _owner);
            session.Begin();
        }
        catch (Exception e)
        {
            return Fail(group, e);
        }

        return TryWriteBegun(session, group);
    }

    private Exception? TryWriteBegun(JournalSession session, IReadOnlyList<PendingCommit> group)
    {
        var written = new List<PendingCommit>(group.Count);
        try
        {
            var before = session.Chain;
            foreach (var pending in group)
            {
                if (pending.TryBegin() && Append(session, pending, alone: group.Count == 1))
                {
                    written.Add(pending);
                }
            }

            session.Commit();
            Anchor(session, before);
            foreach (var pending in written)
            {
                pending.Complete();
            }

            return null;
        }
        catch (Exception e)
        {
            return Fail(group, e);
        }
    }

    private Exception Fail(IReadOnlyList<PendingCommit> group, Exception cause)
    {
        GiveUp(cause);
        if (cause is not SqliteFault { Primary: raw.SQLITE_FULL } || group.Count == 1)
        {
            foreach (var pending in group)
            {
                pending.Fail(_failure.OfWrite(cause));
            }
        }

        return cause;
    }

    /// <summary>Adds one batch to the transaction. Among several, an error that leaves the transaction alive is that batch's own.</summary>
    private bool Append(JournalSession session, PendingCommit pending, bool alone)
    {
        if (alone)
        {
            pending.Result = session.AppendAlone(pending);
            return true;
        }

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

    private void Anchor(JournalSession session, ChainHead before)
    {
        if (_anchor is not null && session.Chain.Entries > before.Entries)
        {
            _anchor.Advance(before, session.Chain, session.HashAt);
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
