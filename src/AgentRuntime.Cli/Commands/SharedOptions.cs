using System.CommandLine;
using System.CommandLine.Help;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Commands;

/// <summary>The options of every command.</summary>
internal static class SharedOptions
{
    private const string WorkspaceName = "--workspace";
    private const string JsonName = "--json";
    private const string NoColorName = "--no-color";
    private const string VerboseName = "--verbose";
    private const string PassphraseName = "--passphrase-fd";
    private const string TokenFileName = "--token-file";

    /// <summary>Adds them to the root, for all commands below it.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Add(new Option<string?>(WorkspaceName) { Description = "The workspace's folder (default: the current folder or a parent with agentruntime.json)", HelpName = "DIR", Recursive = true });
        root.Add(new Option<bool>(JsonName) { Description = "Print one JSON document and nothing else", Recursive = true });
        root.Add(new Option<bool>(NoColorName) { Description = "Print without colours", Recursive = true });
        root.Add(new Option<bool>(VerboseName) { Description = "Show debug logs and the cause of an error", Recursive = true });
        root.Add(new Option<int?>(PassphraseName) { Description = "Read the passphrase of the secret store from this inherited file descriptor, 3 or higher, instead of asking", HelpName = "N", Recursive = true });
    }

    /// <summary>The option of commands that a person may run with a token of their own.</summary>
    public static Command WithTokenFile(this Command command)
    {
        command.Add(new Option<string?>(TokenFileName) { HelpName = "F", Description = "Ask the vault with the token in this file, which only you can read (default: ~/.vault-token if there is one, else the runtime's own identity)", Recursive = true });
        return command;
    }

    /// <summary>Reads them; works for a command line with mistakes too.</summary>
    public static GlobalOptions Read(ParseResult parsed) => new(
        Value<string>(parsed, WorkspaceName),
        Has(parsed, JsonName),
        !Has(parsed, NoColorName),
        Has(parsed, VerboseName))
    {
        PassphraseDescriptor = Value<int?>(parsed, PassphraseName),
        TokenFile = Value<string>(parsed, TokenFileName),
        TakesTokenFile = TakesTokenFile(parsed.CommandResult),
    };

    /// <summary>Whether help was asked for.</summary>
    public static bool WantsHelp(ParseResult parsed) => parsed.Action is HelpAction;

    private static bool TakesTokenFile(System.CommandLine.Parsing.SymbolResult? command)
    {
        for (; command is System.CommandLine.Parsing.CommandResult one; command = one.Parent)
        {
            if (one.Command.Options.Any(static option => option.Name == TokenFileName))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(ParseResult parsed, string name) => parsed.GetResult(name) is System.CommandLine.Parsing.OptionResult { Implicit: false };

    private static T? Value<T>(ParseResult parsed, string name) =>
        parsed.GetResult(name) is System.CommandLine.Parsing.OptionResult { Errors: var errors } && !errors.Any() ? parsed.GetValue<T>(name) : default;
}
