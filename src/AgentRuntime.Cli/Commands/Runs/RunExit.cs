using AgentRuntime.Cli.Errors;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary>The exit code for the end of a run.</summary>
internal static class RunExit
{
    public static ExitCode Of(RunOutcome outcome) => outcome.Status switch
    {
        RunStatus.Succeeded => ExitCode.Success,
        RunStatus.Cancelled => ExitCode.Cancelled,
        // Nothing was recorded: the input was refused before the run began. Later the same code is a step's failure.
        _ when outcome.State.LastSequence == 0 => ExitCode.BadInput,
        _ => Of(outcome.Error?.Code),
    };

    private static ExitCode Of(string? code) => code switch
    {
        RunErrorCodes.Denied or RunErrorCodes.BudgetExceeded or RunErrorCodes.SecretDenied => ExitCode.Denied,
        RunErrorCodes.Unavailable or RunErrorCodes.RateLimited or RunErrorCodes.SecretUnavailable or RunErrorCodes.SecretNotReadable => ExitCode.Unavailable,
        RunErrorCodes.SecretIntegrity => ExitCode.Integrity,
        _ => ExitCode.Failed,
    };
}
