namespace AgentRuntime.Runs;

/// <summary>How a step ended, as its neighbours see it.</summary>
/// <param name="Status">A final state.</param>
/// <param name="Error">Why it failed or is in doubt.</param>
internal sealed record StepEnd(StepStatus Status, RunError? Error = null)
{
    public static StepEnd Succeeded { get; } = new(StepStatus.Succeeded);

    public static StepEnd Skipped { get; } = new(StepStatus.Skipped);

    public static StepEnd Cancelled { get; } = new(StepStatus.Cancelled);

    public bool IsFailure => Status is StepStatus.Failed or StepStatus.InDoubt;
}
