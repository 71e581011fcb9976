using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>What a session of a role is called and tagged with, so that CloudTrail says for which run and step it was made.</summary>
internal static class SessionNames
{
    private const int LongestName = 64;
    private const int LongestTag = 256;

    /// <summary><c>RoleSessionName</c>: run and step (2 to 64 of letters, digits and <c>_+=,.@-</c>), cut with a mark of the whole when longer.</summary>
    public static string Name(SecretAccessContext context, AwsSessionUse use)
    {
        var whole = context.Run is not { } run ? $"agentruntime-{context.Purpose}"
            : use == AwsSessionUse.Run || context.Step is not { } step ? run.Value
            : $"{run}@{step}";
        var name = Replace(whole.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal), static c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal));
        if (name.Length <= LongestName)
        {
            return name.PadRight(2, '-');
        }

        var mark = $"+{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..8]}";
        return string.Concat(name.AsSpan(0, LongestName - mark.Length), mark);
    }

    /// <summary>The session's tags: what the access is for, each value at most 256 of letters, digits, space and <c>_.:/=+-@</c>.</summary>
    public static IEnumerable<(string Key, string Value)> Tags(CredentialName credential, SecretAccessContext context, AwsSessionUse use)
    {
        var perStep = use == AwsSessionUse.Step;
        (string Key, string? Value)[] tags =
        [
            ("run", context.Run?.Value),
            ("step", perStep ? context.Step?.Value : null),
            ("workflow", context.Workflow?.Value),
            ("server", context.Server?.Value ?? credential.Server.Value),
            ("scope", context.Scope?.Value ?? credential.Scope.Value),
            ("purpose", context.Purpose),
        ];
        return tags.Where(tag => !string.IsNullOrEmpty(tag.Value)).Select(tag => (tag.Key, TagValue(tag.Value!)));
    }

    private static string TagValue(string text)
    {
        var value = Replace(text, static c => char.IsAsciiLetterOrDigit(c) || " _.:/=+-@".Contains(c, StringComparison.Ordinal));
        return value.Length <= LongestTag ? value : value[..LongestTag];
    }

    private static string Replace(string text, Func<char, bool> allowed) => string.Concat(text.Select(c => allowed(c) ? c : '-'));
}
