using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;
using Amazon.Runtime;

namespace AgentRuntime.Vaults.Aws.Identity;

/// <summary>Finds the identity of the process with the parts of the AWS SDK, in an order in which keys in environment variables are never taken by accident.</summary>
internal static class IdentitySearch
{
    /// <summary>The first source that is there.</summary>
    public static IAwsIdentity Find(AwsSecretSettings settings, AwsEnvironment environment)
    {
        if (environment.HasKeys && !settings.AllowEnvironmentCredentials)
        {
            throw new SecretStoreException(
                SecretFailureKind.Denied,
                "AWS_SECRET_ACCESS_KEY is set. A key in an environment variable can be read by every child process and ends up in dumps, so it is refused. Unset it and use the role of the instance, task or pod, web identity, or a profile (secrets.aws.profile); or set \"allow_environment_credentials\": true in secrets.aws if nothing else is possible.");
        }

        if (settings.Profile is { } named)
        {
            return ProfileIdentity.Open(named) ?? throw new SecretStoreException(
                SecretFailureKind.Invalid,
                $"There is no usable AWS profile '{named}'. Check secrets.aws.profile and the shared AWS files.");
        }

        if (environment.HasWebIdentity)
        {
            return new SdkIdentity("web identity", AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables);
        }

        if (environment.HasKeys)
        {
            return new SdkIdentity("environment variables", static () => new EnvironmentVariablesAWSCredentials());
        }

        if (ProfileIdentity.Open(environment.Profile ?? "default") is { } standard)
        {
            return standard;
        }

        return environment.HasContainer
            ? new SdkIdentity("the container's endpoint", static () => new GenericContainerCredentials())
            : new SdkIdentity("the instance's metadata", static () => new InstanceProfileAWSCredentials());
    }
}
