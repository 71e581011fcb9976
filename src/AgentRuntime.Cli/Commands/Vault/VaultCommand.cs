using System.CommandLine;
using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli.Commands.Vault;

/// <summary><c>agentruntime vault ...</c>.</summary>
internal static class VaultCommand
{
    public static Command Create(ProcessHost process) => new("vault", "Set up HashiCorp Vault or OpenBao for this workspace")
    {
        VaultPlanCommand.Create(process),
        VaultApplyCommand.Create(process),
    }.WithTokenFile();
}
