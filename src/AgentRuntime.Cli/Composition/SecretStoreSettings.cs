using AgentRuntime.Cli.Output;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Workspaces;
using KeySource = AgentRuntime.Vaults.Embedded.Keys.MasterKeySource;

namespace AgentRuntime.Cli.Composition;

/// <summary>Turns the settings of the embedded store into its options.</summary>
internal static class SecretStoreSettings
{
    public static EmbeddedStoreOptions OptionsFor(EmbeddedSecretSettings settings, string workspaceId, IInput input) => new()
    {
        Path = settings.Path,
        MasterKey = settings.MasterKey switch
        {
            Workspaces.MasterKeySource.UserFile => KeySource.UserFile(WorkspaceFolder.Configuration(), workspaceId),
            Workspaces.MasterKeySource.File file => KeySource.OwnFile(file.Path),
            _ => KeySource.Passphrase(_ => ValueTask.FromResult(AskPassphrase(input))),
        },
    };

    private static SecretValue? AskPassphrase(IInput input) => input.IsTerminal ? input.AskHidden("Passphrase of the secret store: ") : null;
}
