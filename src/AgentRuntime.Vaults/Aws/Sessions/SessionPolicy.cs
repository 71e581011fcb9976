using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Workspaces;
using Amazon;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>The policy that a session carries inside: what the role allows is cut down to reading one secret.</summary>
internal static class SessionPolicy
{
    /// <summary>Allows reading the value of this one secret, and decrypting it with whatever KMS key it has; nothing else.</summary>
    public static string For(CredentialName credential, SecretNames names, AwsRoleArn role, string region)
    {
        var arn = names.ArnPattern(credential, role);
        var service = $"secretsmanager.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}";
        using var read = new JsonBody();
        read.Text("Effect", "Allow").Text("Action", "secretsmanager:GetSecretValue").Text("Resource", arn);
        using var equal = new JsonBody();
        equal.Text("kms:ViaService", service);
        using var like = new JsonBody();
        like.Text("kms:EncryptionContext:SecretARN", arn);
        using var condition = new JsonBody();
        condition.Raw("StringEquals", equal.Finish().Written).Raw("StringLike", like.Finish().Written);
        using var decrypt = new JsonBody();
        decrypt.Text("Effect", "Allow").Text("Action", "kms:Decrypt").Text("Resource", "*").Raw("Condition", condition.Finish().Written);
        using var policy = new JsonBody();
        policy.Text("Version", "2012-10-17").Raw("Statement", [.. "["u8, .. read.Finish().Written, .. ","u8, .. decrypt.Finish().Written, .. "]"u8]);
        return Encoding.UTF8.GetString(policy.Finish().Written);
    }
}
