namespace AgentRuntime.Runs.Plans;

/// <summary>A value, or why there is none.</summary>
internal readonly record struct Resolution<T>(T? Value, RunError? Error)
{
    public static Resolution<T> Of(T value) => new(value, null);

    public static Resolution<T> Failed(RunError error) => new(default, error);
}
