using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws;

/// <summary>Who the runtime is at AWS: the identity that assumes roles, and that writes and lists. Thread-safe; prints no key.</summary>
/// <remarks>
/// The order of <see cref="Find"/>: the profile that the settings name; web identity (EKS, GitHub and the like); the default profile of the shared
/// files; environment variables, if the settings allow them; the container's endpoint (ECS, EKS Pod Identity); the instance's metadata (EC2).
/// Each is read by the AWS SDK, which also renews it, over its own connections and the machine's roots.
/// </remarks>
public sealed class AwsIdentity : IDisposable
{
    private AwsIdentity(IAwsIdentity inner) => Inner = inner;

    /// <summary>Where the keys come from, for people.</summary>
    public string Source => Inner.Source;

    internal IAwsIdentity Inner { get; }

    /// <summary>Keys that the caller holds already, such as those of a test. They are copied.</summary>
    /// <param name="accessKeyId">Names the keys.</param>
    /// <param name="secretKey">The signing key.</param>
    /// <param name="token">The token of short-lived keys.</param>
    public static AwsIdentity Given(string accessKeyId, SecretValue secretKey, SecretValue? token = null) =>
        new(new GivenIdentity(accessKeyId, secretKey.Duplicate(), token?.Duplicate()));

    /// <summary>Finds the identity of this process. Asks nobody yet.</summary>
    /// <param name="settings">What the workspace says.</param>
    /// <param name="environment">What the process's environment says.</param>
    /// <exception cref="SecretStoreException">The environment holds keys and the settings do not allow that, the profile is not there, or others can read its file.</exception>
    public static AwsIdentity Find(AwsSecretSettings settings, AwsEnvironment environment) => new(IdentitySearch.Find(settings, environment));

    /// <summary>Zeroes given keys.</summary>
    public void Dispose() => Inner.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"[AWS identity from {Source}]";
}
