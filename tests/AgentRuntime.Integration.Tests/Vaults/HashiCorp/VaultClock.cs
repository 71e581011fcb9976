namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>A clock for stores that try again: short waits take no time and are remembered, no time passes otherwise, and once the time is over every deadline is.</summary>
internal sealed class VaultClock : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1.5);
    private readonly List<TimeSpan> _waits = [];
    private long _looks;

    /// <summary>Whether an hour passes with each look.</summary>
    public bool IsOver { get; set; }

    /// <summary>The short waits that were asked for.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_waits)
            {
                return [.. _waits];
            }
        }
    }

    public override long GetTimestamp() => TimestampFrequency * 3600 * (IsOver ? Interlocked.Increment(ref _looks) : Volatile.Read(ref _looks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime > Short)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_waits)
        {
            _waits.Add(dueTime);
        }

        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
