using System.Diagnostics.CodeAnalysis;

namespace AgentRuntime.Workspaces;

/// <summary>The name of a role, <c>arn:aws:iam::123456789012:role/NAME</c>.</summary>
public sealed record AwsRoleArn
{
    private AwsRoleArn(string text, string partition, string account)
    {
        Text = text;
        Partition = partition;
        Account = account;
    }

    /// <summary>The whole name.</summary>
    public string Text { get; }

    /// <summary><c>aws</c>, <c>aws-cn</c> and the like.</summary>
    public string Partition { get; }

    /// <summary>The account, 12 digits.</summary>
    public string Account { get; }

    /// <summary>Reads a role's name.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AwsRoleArn? role)
    {
        role = null;
        if (text is not { Length: <= 2048 } || text.Split(':') is not ["arn", var partition, "iam", "", { Length: 12 } account, var resource])
        {
            return false;
        }

        if (partition.StartsWith("aws", StringComparison.Ordinal) && partition.All(c => char.IsAsciiLetterLower(c) || c == '-') && account.All(char.IsAsciiDigit) && IsRole(resource))
        {
            role = new AwsRoleArn(text, partition, account);
        }

        return role is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsRole(string resource) =>
        resource.StartsWith("role/", StringComparison.Ordinal)
        && resource.Length > "role/".Length
        && resource[^1] != '/'
        && resource.All(c => char.IsAsciiLetterOrDigit(c) || "/_+=,.@-".Contains(c, StringComparison.Ordinal));
}
