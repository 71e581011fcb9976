using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary><c>agentruntime runs list</c>.</summary>
internal static class RunsListCommand
{
    public static Command Create(ProcessHost process)
    {
        var limit = new Option<int>("--limit") { Description = "How many runs, newest first", HelpName = "N", DefaultValueFactory = _ => 50 };
        return new Command("list", "List runs, newest first") { limit }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var runs = await database.ListAsync(cancellationToken).Take(Math.Max(1, context.Arguments.GetValue(limit))).ToListAsync(cancellationToken);
            context.Output.Show(json => RunSummaryView.WriteJson(json, runs), text => RunSummaryView.WriteText(text, runs));
            return ExitCode.Success;
        });
    }
}
