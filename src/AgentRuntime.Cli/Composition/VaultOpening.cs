using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Workspaces;
using KeySource = AgentRuntime.Vaults.Embedded.Keys.MasterKeySource;

namespace AgentRuntime.Cli.Composition;

/// <summary>Opens a vault: as the store, or as the keeper of the embedded store's master key.</summary>
internal static class VaultOpening
{
    private static readonly string[] TokenVariables = ["VAULT_TOKEN", "BAO_TOKEN"];

    /// <summary>The store.</summary>
    /// <exception cref="SecretStoreException">It cannot be opened.</exception>
    public static VaultSecretStore Open(VaultSecretSettings settings, StoreParts parts) => VaultSecretStore.Open(Options(settings, parts), parts.Process.Time);

    /// <summary>Makes the source of a master key that a transit key seals.</summary>
    public static Func<Workspaces.MasterKeySource.VaultTransit, KeySource> KeySource(StoreParts parts) => key =>
        Vaults.Embedded.Keys.MasterKeySource.VaultTransit(Options(parts.Settings.Secrets.Vault!, parts), key.Mount, key.Key, parts.Process.Time);

    /// <summary>How the vault is opened here.</summary>
    public static VaultStoreOptions Options(VaultSecretSettings settings, StoreParts parts) => new()
    {
        Settings = settings,
        OperatorTokenFile = OperatorToken.Find(parts.Globals),
        TokenVariable = SetVariable(),
    };

    /// <summary>A variable that holds a token; its value is not looked at beyond being there.</summary>
    private static string? SetVariable() => TokenVariables.FirstOrDefault(static name => IsSet(name));

    private static bool IsSet(string name)
    {
#pragma warning disable RS0030 // The composition root looks whether it is set, only to refuse it.
        return !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
#pragma warning restore RS0030
    }
}
