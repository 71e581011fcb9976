namespace AgentRuntime.Mcp.Client;

/// <summary>The open sessions and processes, shared by all calls with the same <see cref="SessionKey"/>.</summary>
/// <remarks>
/// A call with a new version of a credential opens a new session, and the sessions of other versions take no more calls: they close when
/// their last call ends. An unused session closes after the idle time. A broken one is dropped. Thread-safe.
/// </remarks>
internal sealed class SessionPool(McpClientOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SessionKey, PooledSession> _sessions = [];
    private readonly HashSet<Task> _closing = [];
    private readonly SemaphoreSlim _slots = new(options.MaxSessions, options.MaxSessions);
    private readonly CancellationTokenSource _shutdown = new();
    private bool _disposed;

    /// <summary>How many sessions take calls now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Gives a session of this key, opened with <paramref name="open"/> if there is none. The caller gives it back.</summary>
    /// <returns>The session, and whether it was open before.</returns>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public async Task<(PooledSession Session, bool Reused)> TakeAsync(SessionKey key, Func<CancellationToken, Task<McpConnection>> open, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (session, isNew) = Find(key);
            if (isNew)
            {
                await OpenAsync(session, open, cancellationToken);
                return (session, false);
            }

            var reused = session.Ready.Task.IsCompleted;
            try
            {
                await session.Ready.Task.WaitAsync(cancellationToken);
                return (session, reused);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The call that was opening it was cancelled; this one opens its own.
                Return(session, broken: true);
            }
            catch
            {
                Return(session, broken: false);
                throw;
            }
        }
    }

    /// <summary>Ends the use of a session.</summary>
    public void Return(PooledSession session, bool broken)
    {
        lock (_gate)
        {
            session.InUse--;
            session.LastUsed = time.GetTimestamp();
            if (broken || !session.TakesCalls)
            {
                Retire(session);
            }
            else if (session.InUse == 0)
            {
                session.IdleTimer ??= time.CreateTimer(_ => CloseIfIdle(session), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                session.IdleTimer.Change(options.IdleTimeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Closes everything, also what is in use, and waits, at most the configured time.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] closing;
        await _shutdown.CancelAsync();
        lock (_gate)
        {
            _disposed = true;
            foreach (var session in _sessions.Values.ToArray())
            {
                Retire(session, force: true);
            }

            closing = [.. _closing];
        }

        try
        {
            await Task.WhenAll(closing).WaitAsync(options.DisposeTimeout, time);
        }
        catch (TimeoutException)
        {
        }
    }

    private (PooledSession Session, bool IsNew) Find(SessionKey key)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_sessions.TryGetValue(key, out var session))
            {
                if (session.TakesCalls)
                {
                    session.InUse++;
                    session.IdleTimer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    return (session, false);
                }

                Retire(session);
            }

            foreach (var other in _sessions.Values.Where(other => other.Key.IsOtherVersionOf(key)).ToArray())
            {
                Retire(other);
            }

            session = new PooledSession(key, time.GetTimestamp());
            _sessions[key] = session;
            return (session, true);
        }
    }

    private async Task OpenAsync(PooledSession session, Func<CancellationToken, Task<McpConnection>> open, CancellationToken cancellationToken)
    {
        var hasSlot = false;
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _shutdown.Token);
        try
        {
            if (!await _slots.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            {
                CloseLeastRecentlyUsed();
                await _slots.WaitAsync(linked.Token);
            }

            hasSlot = true;
            var connection = await open(linked.Token);
            lock (_gate)
            {
                session.Connection = connection;
                session.Ready.SetResult();
                if (_disposed)
                {
                    Retire(session, force: true);
                }
            }
        }
        catch (Exception e)
        {
            if (hasSlot)
            {
                _slots.Release();
            }

            lock (_gate)
            {
                Forget(session);
                session.Closing = true;
            }

            if (e is OperationCanceledException)
            {
                session.Ready.TrySetCanceled(CancellationToken.None);
            }
            else if (session.Ready.TrySetException(e))
            {
                _ = session.Ready.Task.Exception;
            }

            throw;
        }
    }

    private void CloseIfIdle(PooledSession session)
    {
        lock (_gate)
        {
            if (session.InUse == 0)
            {
                Retire(session);
            }
        }
    }

    private void CloseLeastRecentlyUsed()
    {
        lock (_gate)
        {
            if (_sessions.Values.Where(session => session is { InUse: 0, Closing: false }).MinBy(session => session.LastUsed) is { } idle)
            {
                Retire(idle);
            }
        }
    }

    /// <summary>Takes a session out of use; it closes now if no call uses it, else when the last one ends.</summary>
    private void Retire(PooledSession session, bool force = false)
    {
        Forget(session);
        session.Draining = true;
        if (session.Closing || (session.InUse > 0 && !force) || session.Connection is not { } connection)
        {
            return;
        }

        session.Closing = true;
        session.IdleTimer?.Dispose();
        var closing = CloseAsync(connection);
        _closing.Add(closing);
        _ = closing.ContinueWith(Closed, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task CloseAsync(McpConnection connection)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception)
        {
            // A session that cannot be closed cleanly is closed all the same; its process was ended.
        }
        finally
        {
            _slots.Release();
        }
    }

    private void Closed(Task closing)
    {
        lock (_gate)
        {
            _closing.Remove(closing);
        }
    }

    private void Forget(PooledSession session)
    {
        if (_sessions.TryGetValue(session.Key, out var current) && ReferenceEquals(current, session))
        {
            _sessions.Remove(session.Key);
        }
    }
}
