using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>The keys that requests are signed with. Zeroed when disposed.</summary>
/// <param name="accessKeyId">Names the keys; safe to print.</param>
/// <param name="secretKey">The signing key; owned.</param>
/// <param name="token">The token of short-lived keys; owned.</param>
internal sealed class AwsKeys(string accessKeyId, SecretValue secretKey, SecretValue? token) : IDisposable
{
    /// <summary>Names the keys.</summary>
    public string AccessKeyId { get; } = accessKeyId;

    /// <summary>The signing key.</summary>
    public SecretValue SecretKey { get; } = secretKey;

    /// <summary>The token of short-lived keys.</summary>
    public SecretValue? Token { get; } = token;

    /// <summary>A copy with a lifetime of its own.</summary>
    public AwsKeys Duplicate() => new(AccessKeyId, SecretKey.Duplicate(), Token?.Duplicate());

    /// <inheritdoc/>
    public void Dispose()
    {
        SecretKey.Dispose();
        Token?.Dispose();
    }

    /// <summary>Never the keys.</summary>
    public override string ToString() => $"[keys {AccessKeyId}]";
}
