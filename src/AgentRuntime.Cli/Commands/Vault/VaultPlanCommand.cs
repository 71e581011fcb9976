using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Vaults.HashiCorp.Setup;

namespace AgentRuntime.Cli.Commands.Vault;

/// <summary><c>agentruntime vault plan</c>: what the vault must hold; with a token file, compared with what it holds.</summary>
internal static class VaultPlanCommand
{
    public static Command Create(ProcessHost process)
    {
        var options = new VaultOptions();
        var command = new Command("plan", "Show what the vault must hold for this workspace; with --token-file, what would change");
        options.AddTo(command);
        return command.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var settings = VaultOptions.Settings(workspace);
            var items = context.Globals.TokenFile is null
                ? VaultSetupSettings.Wanted(settings, workspace.Credentials.Names, options.Extras(context))
                : await CompareAsync(workspace, options, context, cancellationToken);
            VaultPlanView.Show(context.Output, items);
            return ExitCode.Success;
        });
    }

    private static async Task<IReadOnlyList<VaultPlanItem>> CompareAsync(WorkspaceHost workspace, VaultOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        using var token = (await VaultOptions.TokenAsync(context, cancellationToken))!;
        using var vault = VaultSetupSettings.Open(VaultOptions.Settings(workspace), workspace.Credentials.Names, options.Extras(context), token, context.Process.Time);
        return await vault.CompareAsync(cancellationToken).ToListAsync(cancellationToken);
    }
}
