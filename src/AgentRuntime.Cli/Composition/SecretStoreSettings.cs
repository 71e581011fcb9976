using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Workspaces;
using KeySource = AgentRuntime.Vaults.Embedded.Keys.MasterKeySource;

namespace AgentRuntime.Cli.Composition;

/// <summary>Turns the settings of the embedded store into its options.</summary>
internal static class SecretStoreSettings
{
    public static EmbeddedStoreOptions OptionsFor(EmbeddedSecretSettings settings, string workspaceId, PassphraseIntake passphrase, Func<Workspaces.MasterKeySource.VaultTransit, KeySource> transit) => new()
    {
        Path = settings.Path,
        MasterKey = settings.MasterKey switch
        {
            Workspaces.MasterKeySource.UserFile => KeySource.UserFile(WorkspaceFolder.Configuration(), workspaceId),
            Workspaces.MasterKeySource.File file => KeySource.OwnFile(file.Path),
            Workspaces.MasterKeySource.VaultTransit key => transit(key),
            _ => KeySource.Passphrase(passphrase.ReadAsync),
        },
    };
}
