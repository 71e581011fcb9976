using AgentRuntime.Names;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary>Where the credentials lie in each store, unless the command line says otherwise.</summary>
internal sealed record StorePlaces
{
    /// <summary>The KV mount of the vault.</summary>
    public string Mount { get; init; } = "secret";

    /// <summary>The folder inside the mount.</summary>
    public string Folder { get; init; } = "agentruntime";

    /// <summary>Other paths of the vault that only the runtime has a reason to use: its database roles and its transit key.</summary>
    public IReadOnlyCollection<string> Paths { get; init; } = [];

    /// <summary>The vault's namespace; <c>null</c> for every one in the log.</summary>
    public string? Namespace { get; init; }

    /// <summary>What the names of secrets begin with in AWS Secrets Manager.</summary>
    public string AwsPrefix { get; init; } = "agentruntime";

    /// <summary>What the names of secrets begin with in Azure Key Vault.</summary>
    public string AzurePrefix { get; init; } = "agentruntime-";

    /// <summary>The identities that the runtime has in AWS and Azure, as their logs name them.</summary>
    public IReadOnlyCollection<string> RuntimeIdentities { get; init; } = [];

    /// <summary>The host of the key vault; <c>null</c> for every one in the log.</summary>
    public string? AzureHost { get; init; }

    /// <summary>The credential behind the name of a secret in Azure Key Vault; without it a secret is known by its name alone.</summary>
    public Func<string, CredentialName?>? AzureCredentialOf { get; init; }

    /// <summary>The places that the settings give; the defaults for a store without a section.</summary>
    public static StorePlaces Of(SecretSettings settings)
    {
        var places = new StorePlaces();
        if (settings.Vault is { } vault)
        {
            var roles = vault.Database.Values.Select(static database => $"{database.Mount}/creds/{database.Role}");
            places = places with
            {
                Mount = vault.Mount,
                Folder = vault.Prefix,
                Namespace = vault.Namespace,
                Paths = vault.Transit is { } transit ? [.. roles, $"{transit.Mount}/decrypt/{transit.Key}"] : [.. roles],
            };
        }

        if (settings.Aws is { } aws)
        {
            places = places with { AwsPrefix = aws.Prefix, RuntimeIdentities = aws.Role is { } role ? [role.Text] : [] };
        }

        return settings.Azure is { } azure
            ? places with
            {
                AzurePrefix = azure.Prefix,
                AzureHost = azure.VaultUrl.Host,
                AzureCredentialOf = new KeyVaultName(azure.Prefix).Decode,
                RuntimeIdentities = ClientOf(azure.Auth) is { } client ? [.. places.RuntimeIdentities, client.ToString()] : places.RuntimeIdentities,
            }
            : places;
    }

    private static Guid? ClientOf(AzureIdentitySettings auth) => auth switch
    {
        AzureIdentitySettings.ManagedIdentity managed => managed.ClientId,
        AzureIdentitySettings.WorkloadIdentity workload => workload.ClientId,
        AzureIdentitySettings.ClientCertificate certificate => certificate.ClientId,
        _ => null,
    };
}
