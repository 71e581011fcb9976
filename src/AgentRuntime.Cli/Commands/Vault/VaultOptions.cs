using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Setup;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Commands.Vault;

/// <summary>The options that both commands take.</summary>
internal sealed class VaultOptions
{
    public Option<string?> ServiceAccount { get; } = new("--kubernetes-service-account") { HelpName = "NAME", Description = "The service account that the runtime's login is bound to" };

    public Option<string?> Namespace { get; } = new("--kubernetes-namespace") { HelpName = "NAME", Description = "The namespace of the service account" };

    public void AddTo(Command command)
    {
        command.Add(ServiceAccount);
        command.Add(Namespace);
    }

    /// <summary>The section <c>secrets.vault</c>.</summary>
    public static VaultSecretSettings Settings(WorkspaceHost workspace) => workspace.Workspace.Settings.Secrets.Vault
        ?? throw new CliException(ExitCode.BadInput, "no_store_section", "agentruntime.json has no section secrets.vault.", "Add the section; docs/providers/vault.md shows one.");

    /// <summary>What only the command line knows.</summary>
    public VaultSetupExtras Extras(CommandContext context) => new(context.Arguments.GetValue(ServiceAccount), context.Arguments.GetValue(Namespace));

    /// <summary>The operator's token, from the file or from a person; <c>null</c> when there is neither. The caller disposes it.</summary>
    public static async Task<SecretValue?> TokenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (OperatorToken.Find(context.Globals) is { } file)
        {
            return VaultProvisioner.ReadToken(file);
        }

        return context.Process.Input.IsTerminal ? await context.Process.Input.AskHiddenAsync("Token of the operator: ", cancellationToken) : null;
    }
}
