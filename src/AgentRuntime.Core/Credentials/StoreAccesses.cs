using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Credentials;

/// <summary>The rights that a store made for the attempts of runs under way: prepared ahead, taken by their attempt, ended beside the run's own work.</summary>
/// <remarks>Does nothing for a store without such rights. Thread-safe.</remarks>
internal sealed class StoreAccesses(ISecretStore store)
{
    private readonly IStepAccessStore? _store = store as IStepAccessStore;
    private readonly ConcurrentDictionary<RunId, OpenRun> _runs = new();

    /// <summary>Begins to make the right of an attempt that is about to come; once for each attempt.</summary>
    public void Prepare(SecretReadRequest request)
    {
        if (_store is not null && KeyOf(request) is { } key)
        {
            var run = RunOf(key.Run);
            lock (run.Prepared)
            {
                if (!run.Prepared.ContainsKey(key))
                {
                    run.Prepared.Add(key, MakeAsync(_store, request));
                }
            }
        }
    }

    /// <summary>The right of an attempt: the one that was prepared, or one that begins to be made now; nothing when the store has no such rights.</summary>
    public bool TryTake(SecretReadRequest request, [NotNullWhen(true)] out Task<StoreAccess?>? access)
    {
        access = _store is null ? null : Prepared(request) ?? MakeAsync(_store, request);
        return access is not null;
    }

    /// <summary>Ends a right beside the run's own work; <see cref="EndRunAsync"/> waits for it.</summary>
    public void End(RunId run, Task<StoreAccess?>? access)
    {
        if (access is not null)
        {
            RunOf(run).Add(EndAsync(access));
        }
    }

    /// <summary>Ends what was prepared for the run and not used, and waits until every right of the run has ended.</summary>
    public async ValueTask EndRunAsync(RunId run)
    {
        if (!_runs.TryRemove(run, out var open))
        {
            return;
        }

        lock (open.Prepared)
        {
            foreach (var unused in open.Prepared.Values)
            {
                open.Add(EndAsync(unused));
            }

            open.Prepared.Clear();
        }

        await open.EndedAsync();
    }

    private Task<StoreAccess?>? Prepared(SecretReadRequest request)
    {
        Task<StoreAccess?>? prepared = null;
        if (KeyOf(request) is { } key && _runs.TryGetValue(key.Run, out var run))
        {
            lock (run.Prepared)
            {
                run.Prepared.Remove(key, out prepared);
            }
        }

        return prepared;
    }

    private static (RunId Run, StepPath Step, int Attempt)? KeyOf(SecretReadRequest request) =>
        request.Context is { Run: { } run, Step: { } step, Attempt: { } attempt } ? (run, step, attempt) : null;

    private OpenRun RunOf(RunId run) => _runs.GetOrAdd(run, static _ => new OpenRun());

    private static async Task<StoreAccess?> MakeAsync(IStepAccessStore store, SecretReadRequest request)
    {
        await Task.Yield();

        // Not the caller's cancellation: the right must be known to be ended.
        return await store.PrepareAsync(request, CancellationToken.None);
    }

    private static async Task EndAsync(Task<StoreAccess?> access)
    {
        if (await access is { } made)
        {
            await made.DisposeAsync();
        }
    }

    private sealed class OpenRun
    {
        private readonly Lock _gate = new();
        private readonly HashSet<Task> _ending = [];

        public Dictionary<(RunId, StepPath, int), Task<StoreAccess?>> Prepared { get; } = [];

        public void Add(Task ending)
        {
            lock (_gate)
            {
                _ending.RemoveWhere(static task => task.IsCompletedSuccessfully);
                _ending.Add(ending);
            }
        }

        public async Task EndedAsync()
        {
            Task[] ending;
            lock (_gate)
            {
                ending = [.. _ending];
            }

            await Task.WhenAll(ending);
        }
    }
}
