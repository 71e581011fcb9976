using System.Security.Cryptography;

namespace AgentRuntime.Runs;

/// <summary>Limits of the engine.</summary>
public sealed record RunEngineOptions
{
    /// <summary>How many attempts of one run act at once; at least 1.</summary>
    public int MaxParallelSteps { get; init; } = 16;

    /// <summary>The greatest size of a tool's result, in bytes.</summary>
    public int MaxResultBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The longest time of one attempt that says nothing itself.</summary>
    public TimeSpan DefaultStepTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Inputs above this size, in bytes, are kept in events as a marker with size and hash.</summary>
    public int MaxEventInputBytes { get; init; } = 64 * 1024;

    /// <summary>How many items a loop may have.</summary>
    public int MaxForEachItems { get; init; } = 10_000;

    /// <summary>A number from 0 (inclusive) to 1 (exclusive) for the jitter of delays.</summary>
    public Func<double> Jitter { get; init; } = static () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
