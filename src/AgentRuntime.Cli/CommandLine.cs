using System.CommandLine;
using AgentRuntime.Cli.Commands;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli;

/// <summary>Parses the arguments and runs the command they name.</summary>
internal static class CommandLine
{
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command line. Never throws.</summary>
    public static async Task<ExitCode> RunAsync(ProcessHost process, string[] args)
    {
        var root = RootCommandTree.Build(process);
        var parsed = root.Parse(args, Parsing);
        var globals = SharedOptions.Read(parsed);
        if (parsed.Errors.Count > 0 && !SharedOptions.WantsHelp(parsed))
        {
            new Terminal(process.Streams, globals).Fail(UsageError.From(parsed));
            return ExitCode.BadInput;
        }

        var invocation = new InvocationConfiguration
        {
            Output = process.Streams.Out,
            Error = process.Streams.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return (ExitCode)await parsed.InvokeAsync(invocation, process.Signals.Token);
    }
}
