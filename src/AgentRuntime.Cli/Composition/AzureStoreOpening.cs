using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Composition;

/// <summary>Opens an Azure Key Vault, unless the environment holds a secret for it.</summary>
internal static class AzureStoreOpening
{
    private static readonly string[] Refused = ["AZURE_CLIENT_SECRET", "AZURE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"];

    /// <summary>Opens the store.</summary>
    /// <exception cref="SecretStoreException">A variable holds a secret, or a file that the settings name cannot be used.</exception>
    public static AzureSecretStore Open(AzureSecretSettings settings, TimeProvider time)
    {
        foreach (var variable in Refused)
        {
#pragma warning disable RS0030 // Only to refuse it: whether the variable is there; its value is not looked at.
            var isThere = Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
#pragma warning restore RS0030
            if (isThere)
            {
                throw new SecretStoreException(
                    SecretFailureKind.Invalid,
                    $"The environment variable {variable} holds a secret, which every child process and crash report may see, so it is refused. Unset it, and let secrets.azure.auth be managed_identity, workload_identity or client_certificate.");
            }
        }

        return AzureSecretStore.Open(new AzureStoreOptions(settings), time);
    }
}
