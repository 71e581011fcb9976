using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Mcp.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime conformance-client URL</c>: what the official MCP conformance suite starts. Hidden.</summary>
internal static class ConformanceClientCommand
{
    public static Command Create(ProcessHost process)
    {
        var url = new Argument<string>("url") { HelpName = "URL", Description = "The server of the suite" };
        return new Command("conformance-client", "Act as a client of the MCP conformance suite") { url }.Hide().Does(process, async (context, cancellationToken) =>
        {
            if (!Uri.TryCreate(context.Arguments.GetRequiredValue(url), UriKind.Absolute, out var address))
            {
                throw new CliException(ExitCode.BadInput, "bad_url", "The address of the suite's server is not a URL.");
            }

            var client = new ConformanceClient(new McpClientOptions(), process.Scrubber, process.Time, NullLoggerFactory.Instance);
            if (await client.RunAsync(address, cancellationToken) is { } failure)
            {
                throw new CliException(ExitCode.Failed, "conformance", process.Scrubber.Scrub(failure).Text);
            }

            return ExitCode.Success;
        });
    }

    private static Command Hide(this Command command)
    {
        command.Hidden = true;
        return command;
    }
}
