namespace AgentRuntime.Workspaces;

/// <summary>Azure Key Vault: the section <c>secrets.azure</c>. Immutable.</summary>
/// <param name="VaultUrl">The vault's address, https, such as <c>https://NAME.vault.azure.net/</c>.</param>
/// <param name="Auth">As whom the runtime reads.</param>
/// <param name="AuthorityHost">Who gives the tokens, https, such as <c>https://login.microsoftonline.com/</c>.</param>
public sealed record AzureSecretSettings(Uri VaultUrl, AzureIdentitySettings Auth, Uri AuthorityHost)
{
    /// <summary>What the names of secrets in the vault begin with: up to 40 of a-z, 0-9 and <c>-</c>. <c>agentruntime-</c> by default.</summary>
    public string Prefix { get; init; } = "agentruntime-";

    /// <summary>A PEM file with the roots that are trusted for the vault and the authority instead of the machine's; absolute, or <c>null</c> for the machine's.</summary>
    public string? CaFile { get; init; }

    /// <summary>How long one read or write may take with all its retries and the request of a token; 1 second to 5 minutes, 15 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>As whom the runtime reads an Azure Key Vault. There is no client secret among them: a secret to get at secrets has to be kept somewhere.</summary>
public abstract record AzureIdentitySettings
{
    private AzureIdentitySettings()
    {
    }

    /// <summary>The identity that Azure gives the machine or the service.</summary>
    /// <param name="ClientId">Which user-assigned identity; <c>null</c> for the one of the system.</param>
    public sealed record ManagedIdentity(Guid? ClientId) : AzureIdentitySettings;

    /// <summary>A token of another issuer, such as a Kubernetes cluster, that the application trusts.</summary>
    /// <param name="TenantId">The tenant.</param>
    /// <param name="ClientId">The application.</param>
    /// <param name="TokenFile">Where the issuer keeps the token fresh; absolute.</param>
    public sealed record WorkloadIdentity(Guid TenantId, Guid ClientId, string TokenFile) : AzureIdentitySettings;

    /// <summary>A certificate of the application.</summary>
    /// <param name="TenantId">The tenant.</param>
    /// <param name="ClientId">The application.</param>
    /// <param name="CertificateFile">A PEM file with the certificate and its private key, which only its owner can read; absolute.</param>
    public sealed record ClientCertificate(Guid TenantId, Guid ClientId, string CertificateFile) : AzureIdentitySettings;
}
