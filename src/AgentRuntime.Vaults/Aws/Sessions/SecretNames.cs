using AgentRuntime.Names;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>How credentials are called in Secrets Manager: <c>PREFIX/server/scope</c>. The alphabet of names fits into that of AWS as it is.</summary>
internal sealed class SecretNames(AwsSecretSettings settings)
{
    private readonly string _start = $"{settings.Prefix}/";

    /// <summary>What every name begins with, slash included.</summary>
    public string Start => _start;

    /// <summary>The secret's name.</summary>
    public string Of(CredentialName credential) => _start + credential;

    /// <summary>The credential of a secret's name, or <c>null</c> when it is not one of ours.</summary>
    public CredentialName? Credential(string name) =>
        name.StartsWith(_start, StringComparison.Ordinal) && CredentialName.TryParse(name[_start.Length..], out var credential) ? credential : null;

    /// <summary>The secret's ARN with a wildcard for the six characters that AWS adds.</summary>
    public string ArnPattern(CredentialName credential, AwsRoleArn role) => $"arn:{role.Partition}:secretsmanager:{settings.Region}:{role.Account}:secret:{Of(credential)}-??????";
}
