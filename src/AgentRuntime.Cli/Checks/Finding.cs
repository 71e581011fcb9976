namespace AgentRuntime.Cli.Checks;

/// <summary>One check of the set-up.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Status"><c>ok</c>, <c>warn</c> or <c>fail</c>.</param>
/// <param name="Message">What was found.</param>
/// <param name="Fix">What to do, or <c>null</c>.</param>
internal sealed record Finding(string Check, string Status, string Message, string? Fix = null)
{
    public static Finding Ok(string check, string message) => new(check, "ok", message);

    public static Finding Warn(string check, string message, string fix) => new(check, "warn", message, fix);

    public static Finding Fail(string check, string message, string fix) => new(check, "fail", message, fix);
}
