using AgentRuntime.Cli.Errors;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Composition;

/// <summary>Opens the secret store that the settings name.</summary>
internal static class StoreOpening
{
    /// <summary>Opens the store.</summary>
    /// <param name="store">Its word.</param>
    /// <param name="parts">What a store may need.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="SecretStoreException">It cannot be opened.</exception>
    /// <exception cref="CliException">The settings have no section for it.</exception>
    public static async ValueTask<ISecretStore> OpenAsync(string store, StoreParts parts, CancellationToken cancellationToken)
    {
        var secrets = parts.Settings.Secrets;
        return store switch
        {
            "embedded" => await EmbeddedSecretStore.OpenAsync(SecretStoreSettings.OptionsFor(secrets.Embedded, parts.WorkspaceId(), parts.Passphrase, VaultOpening.KeySource(parts)), parts.Process.Time, cancellationToken),

            "vault" when secrets.Vault is { } vault => VaultOpening.Open(vault, parts),

            "azure" when secrets.Azure is { } azure => AzureStoreOpening.Open(azure, parts.Process.Time),
            "aws" when secrets.Aws is { } aws => AwsStoreOpening.Open(aws, parts.Process.Time),

            _ => throw new CliException(ExitCode.BadInput, "no_store_section", $"agentruntime.json has no section secrets.{store}.", "Add the section, or name another store."),
        };
    }
}

/// <summary>What opening a store may need.</summary>
/// <param name="Settings">The checked settings.</param>
/// <param name="WorkspaceId">The workspace's id, made at the first use.</param>
/// <param name="Passphrase">Asks for the passphrase of the embedded store.</param>
/// <param name="Process">The process.</param>
/// <param name="Globals">The options of every command.</param>
internal sealed record StoreParts(WorkspaceSettings Settings, Func<string> WorkspaceId, PassphraseIntake Passphrase, ProcessHost Process, Output.GlobalOptions Globals);
