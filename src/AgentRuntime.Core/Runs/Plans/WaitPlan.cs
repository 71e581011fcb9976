using System.Globalization;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs.Plans;

/// <summary>A wait, ready to run. Holds no slot while it waits.</summary>
internal sealed class WaitPlan(GraphNode node, WaitStep step) : StepPlan(node)
{
    /// <summary>The longest wait: 365 days.</summary>
    private const double MaxSeconds = 365 * 86_400;

    private readonly CompiledValue _value = step.Seconds is { } seconds
        ? CompiledValue.Compile(seconds, $"{step.Pointer}/seconds")
        : CompiledValue.Compile(step.Until!.Value, $"{step.Pointer}/until");

    public override string TypeName => "wait";

    public override async ValueTask<IStepAttempt> BeginAsync(StepFrame frame, RunContext run, StepPath path, int attempt, ScrubbedJson input, CancellationToken cancellationToken)
    {
        var until = UntilOf(input.Element, run.Time.GetUtcNow());
        if (until is not { } time)
        {
            var what = step.Seconds is null ? "a time such as 2026-01-31T09:00:00Z" : "a number of seconds from 0 to 31536000";
            var error = run.Error(RunErrorCodes.InputInvalid, $"The value is not {what}.", step.Pointer);
            return await LocalAttempt.LastingAsync(run, path, attempt, input, [], _ => ValueTask.FromResult(AttemptResult.Failure(error)), cancellationToken);
        }

        return await LocalAttempt.LastingAsync(run, path, attempt, input, [new StepWaiting(time)], token => WaitAsync(run, time, token), cancellationToken);
    }

    protected override TemplateResult Resolve(TemplateScope scope) => _value.Resolve(scope);

    private static async ValueTask<AttemptResult> WaitAsync(RunContext run, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // In slices, because a timer takes at most about 49 days and a machine that slept must look at its clock again.
        while (until - run.Time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < TimeSpan.FromHours(1) ? left : TimeSpan.FromHours(1), run.Time, cancellationToken);
        }

        return AttemptResult.Success(ScrubbedJson.Null);
    }

    private DateTimeOffset? UntilOf(JsonElement value, DateTimeOffset now)
    {
        if (step.Seconds is null)
        {
            return value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= MaxSeconds ? now.AddSeconds(seconds) : null;
    }
}
