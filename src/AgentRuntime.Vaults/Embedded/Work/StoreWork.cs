namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>One thing to do in the store's file, inside a transaction.</summary>
internal abstract class StoreWork
{
    /// <summary>Whether it runs alone and is on disk when it completes; otherwise it shares a transaction with others and survives this process, not a power cut.</summary>
    public required bool Durable { get; init; }

    /// <summary>Whether the log must be emptied after the commit, so that what was overwritten is gone from it too.</summary>
    public bool EmptiesLog { get; init; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public abstract bool IsSettled { get; }

    public abstract void Run(StoreSession session);

    /// <summary>After the commit; also for work that was skipped because nobody waits for it.</summary>
    public abstract void Complete(bool logEmptied);

    public abstract void Fail(Exception reason);
}

/// <summary>Work with a result.</summary>
/// <param name="run">Does it.</param>
/// <param name="failed">The result that stands for a fault; may throw.</param>
internal sealed class StoreWork<T>(Func<StoreSession, T> run, Func<Exception, T> failed) : StoreWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private bool _ran;

    /// <summary>What to do with a result that nobody takes.</summary>
    public Action<T>? Discard { get; init; }

    /// <summary>The result when the commit was done but the log could not be emptied.</summary>
    public Func<T, T>? LogNotEmptied { get; init; }

    /// <summary>Called once the work can no longer run, however it ended.</summary>
    public Action? Ended { get; init; }

    public Task<T> Task => _done.Task;

    public override bool IsSettled => _done.Task.IsCompleted;

    public override void Run(StoreSession session)
    {
        _result = run(session);
        _ran = true;
    }

    public override void Complete(bool logEmptied)
    {
        Ended?.Invoke();
        if (!_ran)
        {
            return;
        }

        var result = logEmptied || LogNotEmptied is null ? _result! : LogNotEmptied(_result!);
        if (!_done.TrySetResult(result))
        {
            Discard?.Invoke(result);
        }
    }

    public override void Fail(Exception reason)
    {
        Ended?.Invoke();
        if (_ran)
        {
            Discard?.Invoke(_result!);
        }

        try
        {
            _done.TrySetResult(failed(reason));
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    public void Cancel(CancellationToken cancellationToken) => _done.TrySetCanceled(cancellationToken);
}
