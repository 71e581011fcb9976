using System.CommandLine;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Names;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary>The argument RUN: an id, the beginning of one, or <c>latest</c>.</summary>
internal static class RunArgument
{
    private const string Latest = "latest";

    public static Argument<string> Create() => new("run") { HelpName = "RUN", Description = "The run's id, the beginning of it, or 'latest'" };

    /// <summary>The one run that is meant.</summary>
    public static async Task<RunId> FindAsync(string asked, IRunStore runs, CancellationToken cancellationToken)
    {
        var all = await runs.ListAsync(cancellationToken).Select(run => run.Run).ToListAsync(cancellationToken);
        var found = asked == Latest ? all.Take(1).ToList() : all.Where(run => run.Value == asked).ToList();
        if (found.Count == 0)
        {
            found = all.Where(run => run.Value.StartsWith(asked, StringComparison.Ordinal)).ToList();
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new CliException(ExitCode.BadInput, "unknown_run", "There is no such run.", "Run 'agentruntime runs list' to see the runs of this workspace."),
            _ => throw new CliException(ExitCode.BadInput, "ambiguous_run", $"{found.Count} runs begin like this.", "Give more of the id."),
        };
    }
}
