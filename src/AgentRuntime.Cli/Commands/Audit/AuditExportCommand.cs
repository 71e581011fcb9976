using System.CommandLine;
using System.Globalization;
using System.Text;
using AgentRuntime.Audit;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary><c>agentruntime audit export --format jsonl</c>: the canonical lines, so that the file verifies offline.</summary>
internal static class AuditExportCommand
{
    public static Command Create(ProcessHost process)
    {
        var filter = new AuditFilter();
        var format = new Option<string>("--format") { HelpName = "FORMAT", Description = "jsonl: one entry on each line, as it is hashed", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong("jsonl");
        var command = new Command("export", "Write entries to standard output") { format };
        filter.AddTo(command);
        return command.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            await foreach (var entry in database.QueryAsync(await filter.ReadAsync(context.Arguments, database, process.Time, cancellationToken), cancellationToken))
            {
                context.Output.RawLine(LineOf(entry));
            }

            return ExitCode.Success;
        });
    }

    private static string LineOf(AuditEntry entry)
    {
        try
        {
            return Encoding.UTF8.GetString(AuditEntryJson.Write(entry).Span);
        }
        catch (ArgumentException)
        {
            // Its canonical line has another hash: what is stored is not what was written.
            throw new CliException(
                ExitCode.Integrity,
                "audit_broken",
                string.Create(CultureInfo.InvariantCulture, $"Entry {entry.Sequence} was changed: its content does not give its hash. The export ends before it."),
                "Run 'agentruntime audit verify', and keep a copy of the database as it is.");
        }
    }
}
