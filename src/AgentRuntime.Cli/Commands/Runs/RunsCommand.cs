using System.CommandLine;
using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary><c>agentruntime runs ...</c>.</summary>
internal static class RunsCommand
{
    public static Command Create(ProcessHost process) => new("runs", "The history of runs")
    {
        RunsListCommand.Create(process),
        RunsShowCommand.Create(process),
        RunsEventsCommand.Create(process),
    };
}
