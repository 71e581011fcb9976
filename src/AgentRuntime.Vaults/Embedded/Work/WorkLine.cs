using System.Collections.Concurrent;
using AgentRuntime.Vaults.Embedded.Database;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>
/// All work on the store's file, one transaction after the other. Whoever brings work to an idle line does it at once on its own thread;
/// work that arrives meanwhile waits and is done together in the next transaction.
/// </summary>
/// <remarks>
/// A read and its line in the access log are one immediate transaction. So a read is ordered against every write, also one of another
/// process: once a version is disabled no later read anywhere gives it. Thread-safe.
/// </remarks>
internal sealed class WorkLine(string path, SqliteConnection shared, SqliteConnection durable, OpenedKey key, TimeSpan lockTimeout, TimeProvider time)
{
    private const int MaxBatch = 128;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(2);
    private readonly ConcurrentQueue<StoreWork> _queue = new();
    private readonly StoreTables _shared = new(shared);
    private readonly StoreTables _durable = new(durable);
    private OpenedKey _key = key;
    private OpenedKey? _next;
    private bool _closed;
    private int _busy;

    /// <summary>Does the work in its turn.</summary>
    public async ValueTask<T> RunAsync<T>(StoreWork<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _queue.Enqueue(work);
        if (Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            _ = work.Durable ? Task.Run(DrainAsync, CancellationToken.None) : FirstBatchAsync();
        }

        if (!work.IsSettled && cancellationToken.CanBeCanceled)
        {
            await using var registration = cancellationToken.UnsafeRegister(state => ((StoreWork<T>)state!).Cancel(cancellationToken), work);
            return await work.Task;
        }

        return await work.Task;
    }

    /// <summary>Replaces the key once the transaction under way is committed. Called by the work that sealed everything with it.</summary>
    public void AdoptOnCommit(OpenedKey next) => _next = next;

    /// <summary>Ends the line after the work that is in it; later work fails with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask CloseAsync()
    {
        await RunAsync(
            new StoreWork<bool>(
                _ => _closed = true,
                _ => _closed = true)
            { Durable = false },
            CancellationToken.None);
        while (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            await Task.Yield();
        }

        _key.Sealer.Dispose();
        shared.Dispose();
        durable.Dispose();
        Volatile.Write(ref _busy, 0);
    }

    private async Task FirstBatchAsync()
    {
        await ExecuteAsync(NextBatch());
        if (_queue.IsEmpty)
        {
            await DrainAsync();
        }
        else
        {
            // The caller has its result; others' work goes on elsewhere.
            _ = Task.Run(DrainAsync, CancellationToken.None);
        }
    }

    private async Task DrainAsync()
    {
        do
        {
            while (!_queue.IsEmpty)
            {
                await ExecuteAsync(NextBatch());
            }

            Volatile.Write(ref _busy, 0);
        }
        while (!_queue.IsEmpty && Interlocked.CompareExchange(ref _busy, 1, 0) == 0);
    }

    private List<StoreWork> NextBatch()
    {
        var batch = new List<StoreWork>();
        while (batch.Count < MaxBatch && _queue.TryPeek(out var next) && (batch.Count == 0 || !next.Durable))
        {
            _queue.TryDequeue(out _);
            batch.Add(next);
            if (next.Durable)
            {
                break;
            }
        }

        return batch;
    }

    private async Task ExecuteAsync(List<StoreWork> batch)
    {
        if (_closed)
        {
            batch.ForEach(work => work.Fail(new ObjectDisposedException(nameof(EmbeddedSecretStore))));
            return;
        }

        var isDurable = batch[0].Durable;
        var tables = isDurable ? _durable : _shared;
        try
        {
            if (!await BeginAsync(tables, batch))
            {
                batch.ForEach(work => work.Complete(logEmptied: true));
                return;
            }

            var session = new StoreSession(tables, _key.Header, _key.Sealer, time.GetUtcNow().ToUnixTimeMilliseconds());
            foreach (var work in batch)
            {
                if (!work.IsSettled)
                {
                    work.Run(session);
                }
            }

            tables.Connection.Prepare("COMMIT").Execute();
            if (_next is { } next)
            {
                _next = null;
                Adopt(next);
            }
        }
        catch (Exception e)
        {
            _next = null;
            tables.Connection.Rollback();
            batch.ForEach(work => work.Fail(e));
            return;
        }

        var emptied = !batch[0].EmptiesLog || await EmptyLogAsync();
        batch.ForEach(work => work.Complete(emptied));
    }

    /// <summary>Begins a transaction with a key that fits the store; false when nobody waits for the batch any more.</summary>
    private async ValueTask<bool> BeginAsync(StoreTables tables, List<StoreWork> batch)
    {
        var begun = time.GetTimestamp();
        while (!batch.TrueForAll(work => work.IsSettled))
        {
            try
            {
                tables.Connection.Prepare("BEGIN IMMEDIATE").Execute();
                if (Generation(tables) == _key.Header.Generation)
                {
                    return true;
                }

                tables.Connection.Rollback();
                await ReloadKeyAsync();
            }
            catch (SqliteFault fault) when (fault.IsBusy && time.GetElapsedTime(begun) < lockTimeout)
            {
                await Task.Delay(RetryDelay, time, CancellationToken.None);
            }
        }

        return false;
    }

    private static long Generation(StoreTables tables)
    {
        var statement = tables.Connection.Prepare("SELECT generation FROM store");
        var generation = statement.Step() ? statement.Number(0) : 0;
        statement.Reset();
        return generation;
    }

    /// <summary>Another process gave the store a new master key.</summary>
    private async ValueTask ReloadKeyAsync()
    {
        if (!_key.Source.LoadsSilently)
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.WrongKey, $"The secret store {path} was given a new passphrase by another process. Start again with the new one.");
        }

        Adopt(await OpenedKey.FindAsync(path, ReadHeader, _key.Source, CancellationToken.None));
    }

    private StoreHeader ReadHeader() => StoreHeader.Read(shared)
        ?? throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Damaged, $"The header of the secret store {path} was changed or damaged while it was open. Restore the file from a backup.");

    private void Adopt(OpenedKey next)
    {
        var previous = _key;
        _key = next;
        previous.Sealer.Dispose();
    }

    private async ValueTask<bool> EmptyLogAsync()
    {
        var begun = time.GetTimestamp();
        do
        {
            try
            {
                if (durable.TruncateLog())
                {
                    return true;
                }
            }
            catch (SqliteFault fault) when (fault.IsBusy)
            {
                // Another process reads; it will be done in a moment.
            }
            catch (SqliteFault)
            {
                return false;
            }

            await Task.Delay(RetryDelay, time, CancellationToken.None);
        }
        while (time.GetElapsedTime(begun) < lockTimeout);
        return false;
    }
}
