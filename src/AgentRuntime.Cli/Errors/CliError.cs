using AgentRuntime.Workflows;

namespace AgentRuntime.Cli.Errors;

/// <summary>Why a command ended without doing its job.</summary>
/// <param name="Exit">The exit code.</param>
/// <param name="Code">For programs, such as <c>no_workspace</c>.</param>
/// <param name="Message">What happened, to which name, why.</param>
/// <param name="Hint">What to do next, or <c>null</c>.</param>
internal sealed record CliError(ExitCode Exit, string Code, string Message, string? Hint = null)
{
    /// <summary>Everything that is wrong with files, when that is the reason.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}
