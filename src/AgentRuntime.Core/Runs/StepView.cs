namespace AgentRuntime.Runs;

/// <summary>A step as it is told to a person.</summary>
/// <param name="State">The fold of its events.</param>
/// <param name="Status">One of <c>pending</c>, <c>not_started</c>, <c>running</c>, <c>waiting</c>, <c>succeeded</c>, <c>failed</c>, <c>skipped</c>, <c>cancelled</c>, <c>in_doubt</c>, <c>interrupted</c>.</param>
/// <param name="Note">What follows from it, or <c>null</c>.</param>
public sealed record StepView(StepState State, string Status, string? Note)
{
    private const string SafeToRepeat = "Interrupted. It is safe to repeat.";
    private const string Unknown = "The process ended during the call. Whether the tool acted is unknown, and it must not be repeated blindly.";

    /// <summary>From first attempt to end, when both are known.</summary>
    public TimeSpan? Duration => State is { Started: { } started, Ended: { } ended } ? ended - started : null;

    /// <summary>The view of a step of a run that was, or was not, left behind by its process.</summary>
    public static StepView Of(StepState step, bool interrupted, bool ended)
    {
        var note = step.Reason ?? step.Error?.Message.Text;
        return step.Status switch
        {
            StepStatus.Pending => new StepView(step, ended || interrupted ? "not_started" : "pending", note),
            StepStatus.Running when interrupted && step.Tool is not null && !step.Idempotent => new StepView(step, "in_doubt", Unknown),
            StepStatus.Running or StepStatus.Waiting when interrupted => new StepView(step, "interrupted", SafeToRepeat),
            StepStatus.Running => new StepView(step, "running", note),
            StepStatus.Waiting => new StepView(step, "waiting", note),
            StepStatus.Succeeded => new StepView(step, "succeeded", null),
            StepStatus.Failed => new StepView(step, "failed", note),
            StepStatus.Skipped => new StepView(step, "skipped", note),
            StepStatus.Cancelled => new StepView(step, "cancelled", note),
            _ => new StepView(step, "in_doubt", note),
        };
    }
}
