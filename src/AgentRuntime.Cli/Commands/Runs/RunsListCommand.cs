using System.CommandLine;
using System.Globalization;
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
        limit.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            {
                result.AddError("N is 1 or more.");
            }
        });
        return new Command("list", "List runs, newest first") { limit }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var runs = await database.ListAsync(cancellationToken).Take(context.Arguments.GetValue(limit)).ToListAsync(cancellationToken);
            context.Output.Show(json => RunSummaryView.WriteJson(json, runs), text => RunSummaryView.WriteText(text, runs));
            return ExitCode.Success;
        });
    }
}
