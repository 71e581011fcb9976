using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Commands;

/// <summary>Joins a command to its work and turns whatever goes wrong into a message and an exit code.</summary>
internal static class CommandBinding
{
    /// <summary>Sets the work of <paramref name="command"/>.</summary>
    public static Command Does(this Command command, ProcessHost process, Func<CommandContext, CancellationToken, Task<ExitCode>> work)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var globals = SharedOptions.Read(parsed);
            var output = new Terminal(process.Streams, globals);
            try
            {
                return (int)await work(new CommandContext(parsed, globals, output, process), cancellationToken);
            }
            catch (Exception exception)
            {
                var error = ErrorOf.Exception(exception, cancellationToken);
                output.Fail(error, exception);
                return (int)error.Exit;
            }
        });
        return command;
    }

    /// <summary>Sets work that does not wait.</summary>
    public static Command Does(this Command command, ProcessHost process, Func<CommandContext, ExitCode> work) =>
        command.Does(process, (context, _) => Task.FromResult(work(context)));
}
