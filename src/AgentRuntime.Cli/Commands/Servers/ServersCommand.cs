using System.CommandLine;
using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli.Commands.Servers;

/// <summary><c>agentruntime servers ...</c>.</summary>
internal static class ServersCommand
{
    public static Command Create(ProcessHost process) => new("servers", "The MCP servers of the workspace")
    {
        ServersListCommand.Create(process),
        ServersCheckCommand.Create(process),
    };
}
