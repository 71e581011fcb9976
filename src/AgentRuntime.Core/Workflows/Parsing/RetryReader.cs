using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>Reads <c>retry_count</c> or <c>retry</c>.</summary>
internal static class RetryReader
{
    private const int MaxAttempts = 100;
    private const double MaxBackoffSeconds = 86_400;

    public static RetryPolicy Read(ObjectReader step)
    {
        var count = step.OptionalInt("retry_count", 0, MaxAttempts - 1);
        var retry = step.OptionalObject("retry");
        if (retry is null)
        {
            return RetryPolicy.None with { MaxAttempts = (count ?? 0) + 1 };
        }

        if (step.OptionalValue("retry_count") is not null)
        {
            step.Report("retry_count", ProblemCodes.ExactlyOne, "The step has both 'retry_count' and 'retry'.", "Keep one: retry_count N is the same as retry.max_attempts N + 1.", key: true);
        }

        _ = retry.RequiredValue("max_attempts");
        var attempts = retry.OptionalInt("max_attempts", 1, MaxAttempts);
        var backoff = retry.OptionalNumber("backoff_s", 0, MaxBackoffSeconds) ?? RetryPolicy.None.Backoff.TotalSeconds;
        var longest = retry.OptionalNumber("max_backoff_s", 0, MaxBackoffSeconds);
        if (longest < backoff)
        {
            retry.Report("max_backoff_s", ProblemCodes.OutOfRange, "'max_backoff_s' is less than 'backoff_s'.", "Make it at least as long as the first delay.");
        }

        var policy = new RetryPolicy(
            attempts ?? 1,
            TimeSpan.FromSeconds(backoff),
            TimeSpan.FromSeconds(longest ?? Math.Max(backoff, RetryPolicy.None.MaxBackoff.TotalSeconds)),
            retry.OptionalBool("jitter") ?? true,
            ReadCodes(retry));
        retry.Done();
        return policy;
    }

    private static HashSet<string> ReadCodes(ObjectReader retry)
    {
        var codes = new HashSet<string>(StringComparer.Ordinal);
        var words = retry.OptionalStrings("on") ?? [];
        for (var i = 0; i < words.Count; i++)
        {
            if (StepTypes.RetryCodes.Contains(words[i], StringComparer.Ordinal))
            {
                codes.Add(words[i]);
            }
            else
            {
                retry.ReportAt(
                    JsonPointer.Append(retry.PointerOf("on"), i),
                    ProblemCodes.UnknownValue,
                    "An item of 'on' is no error code that can be tried again.",
                    DidYouMean.Hint(words[i], StepTypes.RetryCodes, "Use the error codes of docs/workflow-format.md."));
            }
        }

        return codes;
    }
}
