namespace AgentRuntime.Vaults.HashiCorp.Calls;

/// <summary>How much time one piece of work has, with all its retries.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan limit)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>What is left; zero when nothing is.</summary>
    public TimeSpan Left => time.GetElapsedTime(_started) is var gone && gone < limit ? limit - gone : TimeSpan.Zero;
}
