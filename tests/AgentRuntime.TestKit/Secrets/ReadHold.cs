namespace AgentRuntime.TestKit.Secrets;

/// <summary>Holds the reads of a store: armed before the read, says when one arrived, lets them go on dispose.</summary>
public sealed class ReadHold : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first read waits.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets every read go on, those waiting and those to come.</summary>
    public void Dispose() => _released.TrySetResult();

    public Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }
}
