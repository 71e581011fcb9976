using System.Security.Cryptography.X509Certificates;
using AgentRuntime.Workspaces;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace AgentRuntime.Vaults.Azure.Auth;

/// <summary>As whom the vault is asked: exactly the identity of the settings, never a chain of guesses, and never what the environment holds.</summary>
internal sealed class AzureIdentity(TokenCredential credential, X509Certificate2? certificate) : IDisposable
{
    /// <summary>Gives tokens, and keeps them in memory until shortly before they end.</summary>
    public TokenCredential Credential => credential;

    /// <summary>Makes the identity; nothing is sent yet.</summary>
    /// <exception cref="AgentRuntime.Secrets.SecretStoreException">The certificate's file cannot be used.</exception>
    public static AzureIdentity Create(AzureSecretSettings settings, HttpPipelineTransport transport)
    {
        switch (settings.Auth)
        {
            case AzureIdentitySettings.ManagedIdentity managed:
                var id = managed.ClientId is { } client ? ManagedIdentityId.FromUserAssignedClientId(client.ToString()) : ManagedIdentityId.SystemAssigned;
                return new AzureIdentity(new ManagedIdentityCredential(With(new ManagedIdentityCredentialOptions(id), settings, transport)), null);
            case AzureIdentitySettings.WorkloadIdentity workload:
                var federated = new WorkloadIdentityCredentialOptions
                {
                    TenantId = workload.TenantId.ToString(),
                    ClientId = workload.ClientId.ToString(),
                    TokenFilePath = workload.TokenFile,
                    DisableInstanceDiscovery = true,
                };
                return new AzureIdentity(new WorkloadIdentityCredential(With(federated, settings, transport)), null);
            case AzureIdentitySettings.ClientCertificate application:
                var own = ClientCertificateFile.Read(application.CertificateFile);
                var options = With(new ClientCertificateCredentialOptions { DisableInstanceDiscovery = true }, settings, transport);
                return new AzureIdentity(new ClientCertificateCredential(application.TenantId.ToString(), application.ClientId.ToString(), own, options), own);
            default:
                throw new ArgumentOutOfRangeException(nameof(settings), "An identity that nobody knows.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => certificate?.Dispose();

    private static T With<T>(T options, AzureSecretSettings settings, HttpPipelineTransport transport)
        where T : TokenCredentialOptions
    {
        options.AuthorityHost = settings.AuthorityHost;
        options.Transport = transport;
        options.Retry.MaxRetries = 2;
        options.Retry.NetworkTimeout = settings.Timeout;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.IsUnsafeSupportLoggingEnabled = false;
        return options;
    }
}
