using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Composition;

/// <summary>Opens AWS Secrets Manager with the identity of this process.</summary>
internal static class AwsStoreOpening
{
    /// <summary>Opens the store; asks nobody yet.</summary>
    /// <exception cref="SecretStoreException">The settings or the environment do not allow it.</exception>
    public static AwsSecretStore Open(AwsSecretSettings settings, TimeProvider time)
    {
#pragma warning disable RS0030 // The composition root looks which of AWS's variables are set, so that a key in one of them is refused.
        var environment = AwsEnvironment.Read(Environment.GetEnvironmentVariable);
#pragma warning restore RS0030
        return AwsSecretStore.Open(settings, AwsIdentity.Find(settings, environment), time);
    }
}
