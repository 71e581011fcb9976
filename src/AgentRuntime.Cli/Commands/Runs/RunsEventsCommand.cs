using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary><c>agentruntime runs events RUN</c>; JSON lines with <c>--json</c>.</summary>
internal static class RunsEventsCommand
{
    public static Command Create(ProcessHost process)
    {
        var id = RunArgument.Create();
        return new Command("events", "List the events of one run (JSON lines with --json)") { id }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var run = await RunArgument.FindAsync(context.Arguments.GetRequiredValue(id), database, cancellationToken);
            var table = new TextTable("#", "time", "event", "step", "attempt", "detail");
            await foreach (var e in database.ReadEventsAsync(run, cancellationToken))
            {
                if (context.Output.IsJson)
                {
                    context.Output.JsonLine(json => RunEventView.WriteJson(json, e));
                }
                else
                {
                    RunEventView.AddTo(table, e);
                }
            }

            context.Output.Text.Table(table);
            return ExitCode.Success;
        });
    }
}
