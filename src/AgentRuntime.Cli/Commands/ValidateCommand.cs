using System.CommandLine;
using System.Globalization;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime validate [FILE...]</c>: every problem of every file at once; exit 2 when there is one.</summary>
internal static class ValidateCommand
{
    public static Command Create(ProcessHost process)
    {
        var files = new Argument<string[]>("file") { HelpName = "FILE", Description = "Only these files of the workspace", Arity = ArgumentArity.ZeroOrMore };
        return new Command("validate", "Check every file of the workspace, or these, and report all problems at once") { files }.Does(process, async (context, cancellationToken) =>
        {
            var root = context.RequireWorkspace();
            var load = Workspace.Load(root, await KnownValues.CheckAsync(context, root, cancellationToken));
            var asked = (context.Arguments.GetValue(files) ?? []).Select(file => RelativeTo(root, file, load.Files)).ToHashSet(StringComparer.Ordinal);
            var problems = load.Problems.Where(problem => asked.Count == 0 || asked.Contains(problem.File)).ToList();
            var warnings = load.Warnings.Where(warning => asked.Count == 0 || asked.Contains(warning.File)).ToList();
            var count = asked.Count == 0 ? load.Files.Count : asked.Count;
            context.Output.Show(json => WriteJson(json, count, problems, warnings), text => WriteText(text, count, problems, warnings));
            return problems.Count == 0 ? ExitCode.Success : ExitCode.BadInput;
        });
    }

    private static string RelativeTo(string root, string file, IReadOnlyList<string> checkedFiles)
    {
        var relative = Path.GetRelativePath(root, Path.GetFullPath(file)).Replace('\\', '/');
        return checkedFiles.Contains(relative, StringComparer.Ordinal)
            ? relative
            : throw new CliException(ExitCode.BadInput, "not_in_workspace", $"{file} is not a file of the workspace {root}.", Suggestion.Hint(relative, [.. checkedFiles], "files"));
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json, int files, List<Problem> problems, List<Problem> warnings)
    {
        json.WriteStartObject();
        json.WriteBoolean("valid", problems.Count == 0);
        json.WriteNumber("files", files);
        ProblemsView.WriteJson(json, problems);
        ProblemsView.WriteJson(json, warnings, "warnings");
        json.WriteEndObject();
    }

    private static void WriteText(ITextOutput text, int files, List<Problem> problems, List<Problem> warnings)
    {
        ProblemsView.WriteText(text, problems);
        ProblemsView.WriteText(text, warnings, Tone.Warn);
        var checkedFiles = string.Create(CultureInfo.InvariantCulture, $"{files} {(files == 1 ? "file" : "files")} checked: ");
        text.Line(checkedFiles, problems.Count == 0
            ? new Piece("no problems.", Tone.Good)
            : new Piece(string.Create(CultureInfo.InvariantCulture, $"{problems.Count} {(problems.Count == 1 ? "problem" : "problems")}."), Tone.Bad));
    }
}
