using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Turns the settings of a workspace into what its vault must hold.</summary>
public static class VaultSetupSettings
{
    private const string LoginRole = "agentruntime";
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(15);

    /// <summary>What is wanted, without asking the vault.</summary>
    public static IReadOnlyList<VaultPlanItem> Wanted(VaultSecretSettings settings, IReadOnlyCollection<CredentialName> credentials, VaultSetupExtras extras) =>
        VaultProvisioner.Wanted(OptionsOf(settings, credentials, extras));

    /// <summary>Opens the vault with an operator's token, which stays the caller's.</summary>
    /// <exception cref="SecretStoreException">The address or a certificate file cannot be used.</exception>
    public static VaultProvisioner Open(VaultSecretSettings settings, IReadOnlyCollection<CredentialName> credentials, VaultSetupExtras extras, SecretValue token, TimeProvider time)
    {
        var client = new VaultClient(VaultParts.ClientOptions(settings), time);
        return new VaultProvisioner(client, OptionsOf(settings, credentials, extras), token, RequestTime);
    }

    internal static VaultSetupOptions OptionsOf(VaultSecretSettings settings, IReadOnlyCollection<CredentialName> credentials, VaultSetupExtras extras) => new()
    {
        Names = VaultNames.Of(settings),
        Credentials = credentials,
        TokenRole = settings.Tokens.Role,
        StepTtl = settings.Tokens.Ttl,
        Mode = settings.Tokens.Mode,

        // No dot, so that it is never the policy of a credential.
        RuntimePolicy = $"{settings.Tokens.PolicyPrefix}runtime",
        Login = LoginOf(settings.Auth, extras),
        Transit = settings.Transit is { } transit ? (VaultPath.Parse(transit.Mount), transit.Key) : null,
        DatabaseRoles = settings.Database.ToDictionary(static pair => pair.Key, static pair => VaultPath.Parse(pair.Value.Mount).Then("creds").Then(pair.Value.Role)),
    };

    private static RuntimeLogin LoginOf(VaultAuthSettings auth, VaultSetupExtras extras) => auth switch
    {
        VaultAuthSettings.AppRole approle => new RuntimeLogin.AppRole(VaultPath.Parse(auth.Mount), LoginRole, approle.RoleId, approle.Wrapped),
        VaultAuthSettings.Kubernetes pod => new RuntimeLogin.Kubernetes(VaultPath.Parse(auth.Mount), pod.Role, extras.ServiceAccount, extras.Namespace),
        VaultAuthSettings.Jwt => new RuntimeLogin.ByHand("jwt", VaultPath.Parse(auth.Mount), LoginRole),
        VaultAuthSettings.Certificate => new RuntimeLogin.ByHand("cert", VaultPath.Parse(auth.Mount), LoginRole),
        _ => new RuntimeLogin.ByHand("token file", VaultPath.Parse(auth.Mount), LoginRole),
    };
}
