namespace AgentRuntime.TestKit.Secrets;

/// <summary>Calls back when disposed.</summary>
public sealed class Undo(Action action) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        action();
        return ValueTask.CompletedTask;
    }
}
