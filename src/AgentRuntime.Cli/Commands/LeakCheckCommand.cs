using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime leak-check PATH...</c>: exit 1 when a value is found, 4 when a file could not be searched.</summary>
internal static class LeakCheckCommand
{
    public static Command Create(ProcessHost process)
    {
        var paths = new Argument<string[]>("path") { HelpName = "PATH", Description = "Files or folders: databases, logs, archives", Arity = ArgumentArity.OneOrMore };
        return new Command("leak-check", "Search files for every current and retained credential version, in every encoding") { paths }.Does(process, async (context, cancellationToken) =>
        {
            var asked = context.Arguments.GetRequiredValue(paths);
            if (asked.FirstOrDefault(path => !File.Exists(path) && !Directory.Exists(path)) is { } missing)
            {
                throw new CliException(ExitCode.BadInput, "file_not_found", $"There is no file or folder {missing}.", "Check the path.");
            }

            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            await workspace.SeedScrubberAsync(cancellationToken);
            var result = await LeakSearch.SearchAsync(asked, process.Scrubber, cancellationToken);
            var values = process.Scrubber.Index.Count;
            context.Output.Show(json => LeakView.WriteJson(json, result, values), text => LeakView.WriteText(text, result, values));
            return result.TotalFindings > 0 ? ExitCode.Failed : result.Problems.Count > 0 ? ExitCode.Unavailable : ExitCode.Success;
        });
    }
}
