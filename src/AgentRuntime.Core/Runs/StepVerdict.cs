using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>What an attempt's end means for its step.</summary>
internal enum StepVerdictKind
{
    Succeeded,
    Retry,
    Failed,
    InDoubt,
    Cancelled,
}

/// <summary>Decides what follows an attempt.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Delay">Before the next attempt.</param>
internal readonly record struct StepVerdict(StepVerdictKind Kind, TimeSpan Delay)
{
    /// <summary>Judges attempt number <paramref name="attempt"/> (from 1).</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="policy">The step's retry policy.</param>
    /// <param name="idempotent">Whether repeating is harmless.</param>
    /// <param name="attempt">Attempts so far that count against the policy.</param>
    /// <param name="refetched">Whether a rejected credential was already fetched again.</param>
    /// <param name="jitter">From 0 to 1.</param>
    public static StepVerdict Judge(AttemptResult result, RetryPolicy policy, bool idempotent, int attempt, bool refetched, Func<double> jitter)
    {
        if (result.Cancelled)
        {
            return new(StepVerdictKind.Cancelled, default);
        }

        if (result.Error is not { } error)
        {
            return new(StepVerdictKind.Succeeded, default);
        }

        // An attempt that may have acted and did not get an answer is repeated only when repeating is harmless.
        var repeatable = idempotent || !result.EffectPossible;
        if (error.Code == RunErrorCodes.CredentialRejected)
        {
            return new(repeatable && !refetched ? StepVerdictKind.Retry : StepVerdictKind.Failed, default);
        }

        if (result.OutcomeUnknown && !repeatable)
        {
            return new(StepVerdictKind.InDoubt, default);
        }

        // A tool's own error is a definite answer; the author who asked for retries meant it.
        var allowed = repeatable || !result.OutcomeUnknown;
        var wanted = policy.On.Count == 0 || policy.On.Contains(error.Code);
        return result.Retryable && allowed && wanted && attempt < policy.MaxAttempts
            ? new(StepVerdictKind.Retry, DelayAfter(attempt, policy, jitter))
            : new(StepVerdictKind.Failed, default);
    }

    /// <summary>Backoff doubles with each attempt up to its maximum; jitter takes up to half of it away.</summary>
    public static TimeSpan DelayAfter(int attempt, RetryPolicy policy, Func<double> jitter)
    {
        var seconds = Math.Min(policy.MaxBackoff.TotalSeconds, policy.Backoff.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 30)));
        return TimeSpan.FromSeconds(policy.Jitter ? seconds * (0.5 + (0.5 * jitter())) : seconds);
    }
}
