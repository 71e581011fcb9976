using System.CommandLine;
using System.CommandLine.Parsing;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Json;

namespace AgentRuntime.Cli.Commands;

/// <summary>Explains a command line that does not parse, without quoting it: an argument too many may be a pasted credential.</summary>
internal static class UsageError
{
    /// <summary>The error for the first things that are wrong.</summary>
    public static CliError From(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        var help = $"Run '{path} --help' for its arguments and options.";
        if (parsed.UnmatchedTokens.Count > 0)
        {
            var names = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).Concat(OptionsOf(parsed.CommandResult)).ToArray();
            var guess = parsed.UnmatchedTokens.Select(token => Spelling.Nearest(token.Split('=')[0], names)).FirstOrDefault(name => name is not null);
            var what = command.Subcommands.Count > 0 ? $"'{path}' has no such command or option." : $"'{path}' does not take {parsed.UnmatchedTokens.Count} of the arguments given.";
            return new CliError(ExitCode.BadInput, "usage", what, guess is null ? help : $"Did you mean '{guess}'? {help}");
        }

        if (command.Subcommands.Count > 0)
        {
            return new CliError(ExitCode.BadInput, "usage", $"'{path}' needs a command: {string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name))}.", help);
        }

        var missing = command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > (parsed.GetResult(argument)?.Tokens.Count ?? 0)).Select(argument => argument.HelpName ?? argument.Name).ToArray();
        return missing.Length > 0
            ? new CliError(ExitCode.BadInput, "usage", $"'{path}' needs {string.Join(" and ", missing)}.", help)
            : new CliError(ExitCode.BadInput, "usage", $"An option of '{path}' has no value or one of the wrong kind.", help);
    }

    private static IEnumerable<string> OptionsOf(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.Where(option => !option.Hidden))
            {
                yield return option.Name;
            }
        }
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "agentruntime";
}
