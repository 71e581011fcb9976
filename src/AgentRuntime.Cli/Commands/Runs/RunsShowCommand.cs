using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary><c>agentruntime runs show RUN</c>.</summary>
internal static class RunsShowCommand
{
    public static Command Create(ProcessHost process)
    {
        var id = RunArgument.Create();
        return new Command("show", "Show one run and its steps") { id }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var run = await RunArgument.FindAsync(context.Arguments.GetRequiredValue(id), database, cancellationToken);
            var state = RunState.Fold(await database.ReadEventsAsync(run, cancellationToken).ToListAsync(cancellationToken));
            var view = RunView.Of(state, await database.IsOwnerAliveAsync(run, cancellationToken));
            context.Output.Show(json => RunDetailView.WriteJson(json, view, history: true), text => RunDetailView.WriteText(text, view));
            return ExitCode.Success;
        });
    }
}
