namespace AgentRuntime.Mcp.Client;

/// <summary>One session of the pool. All members are guarded by the pool's lock.</summary>
internal sealed class PooledSession(SessionKey key, long opened)
{
    public SessionKey Key { get; } = key;

    /// <summary>Ends when the connection is open, or with why there is none.</summary>
    public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many calls use it now.</summary>
    public int InUse { get; set; } = 1;

    /// <summary>Whether it takes no new calls and closes when the last one ends.</summary>
    public bool Draining { get; set; }

    /// <summary>Whether its closing has begun.</summary>
    public bool Closing { get; set; }

    /// <summary>When it was last given back, in ticks of the pool's clock.</summary>
    public long LastUsed { get; set; } = opened;

    /// <summary>Closes it when it stays unused.</summary>
    public ITimer? IdleTimer { get; set; }

    /// <summary>The connection, once open.</summary>
    public McpConnection? Connection { get; set; }

    /// <summary>Whether a new call may use it or wait for it.</summary>
    public bool TakesCalls => !Draining && !Closing && (!Ready.Task.IsCompleted || Connection is { IsAlive: true });
}
