using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary><c>agentruntime audit list</c>; JSON lines with <c>--json</c>.</summary>
internal static class AuditListCommand
{
    public static Command Create(ProcessHost process)
    {
        var filter = new AuditFilter();
        var command = new Command("list", "List entries, oldest first (JSON lines with --json)");
        filter.AddTo(command);
        return command.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var table = AuditView.NewTable();
            await foreach (var entry in database.QueryAsync(await filter.ReadAsync(context.Arguments, database, process.Time, cancellationToken), cancellationToken))
            {
                if (context.Output.IsJson)
                {
                    context.Output.JsonLine(json => AuditView.WriteJson(json, entry));
                }
                else
                {
                    AuditView.AddTo(table, entry);
                }
            }

            if (table.Rows.Count > 0)
            {
                context.Output.Text.Table(table);
            }
            else
            {
                context.Output.Text.Line("There are no entries.");
            }

            return ExitCode.Success;
        });
    }
}
