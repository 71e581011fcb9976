using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.TestKit.Engine;

/// <summary>A clock that stands still until somebody waits on it, and then jumps to the time waited for.</summary>
/// <remarks>So a test waits for nothing, however long its workflow waits. A timer made for a timeout jumps too, unless it is <see cref="Held"/>.</remarks>
public sealed class JumpingTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>Timers of this length do not make the clock jump; the test moves it itself.</summary>
    public TimeSpan? Held { get; set; }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan && dueTime != Held)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
