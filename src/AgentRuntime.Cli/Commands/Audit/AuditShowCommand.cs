using System.CommandLine;
using AgentRuntime.Audit;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary><c>agentruntime audit show ID</c>.</summary>
internal static class AuditShowCommand
{
    public static Command Create(ProcessHost process)
    {
        var id = new Argument<string>("id") { HelpName = "ID", Description = "The entry's id" };
        return new Command("show", "Show one entry") { id }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var entry = await database.QueryAsync(new AuditQuery { Id = context.Arguments.GetRequiredValue(id) }, cancellationToken).FirstOrDefaultAsync(cancellationToken)
                ?? throw new CliException(ExitCode.BadInput, "unknown_entry", "There is no such audit entry.", "Run 'agentruntime audit list' to see the ids.");
            context.Output.Show(json => AuditView.WriteJson(json, entry), text => AuditView.WriteText(text, entry));
            return ExitCode.Success;
        });
    }
}
