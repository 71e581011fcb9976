namespace AgentRuntime.Cli.Errors;

/// <summary>Ends the command from any depth with an error for the person who typed it. Its message holds no secret and goes through the scrubber.</summary>
internal sealed class CliException(CliError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public CliException(ExitCode exit, string code, string message, string? hint = null)
        : this(new CliError(exit, code, message, hint))
    {
    }

    /// <summary>What to say.</summary>
    public CliError Error { get; } = error;
}
