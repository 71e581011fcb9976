using System.Text.RegularExpressions;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Finds credentials in URLs and in the <c>name=value</c> texts of connection strings and header lines.</summary>
internal static partial class UrlPatterns
{
    private const int TimeoutMs = 2000;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase;

    /// <summary>What is wrong with a URL in the text, or <c>null</c>. Templates are masked, so a templated password counts as one.</summary>
    public static CleanFinding? Find(TemplateText text)
    {
        if (UserInfo().IsMatch(text.Masked))
        {
            return CleanFinding.Url("a user name or password in it");
        }

        if (!UrlStart().IsMatch(text.Masked))
        {
            return null;
        }

        return Query().Matches(text.Masked).Any(match => CredentialWords.IsCredentialQueryName(Uri.UnescapeDataString(match.Groups["name"].Value)))
            ? CleanFinding.Url("a credential in its query")
            : null;
    }

    /// <summary>Whether the text is a header line or a connection string that carries a credential.</summary>
    public static bool HasNamedValue(TemplateText text) => HeaderLine().IsMatch(text.Masked) || ConnectionString().IsMatch(text.Masked);

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{0,30}://[^\s/?#@""'<>]{1,512}@[^\s@]", Options, TimeoutMs)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"://|^\s*/|^\s*\?", Options, TimeoutMs)]
    private static partial Regex UrlStart();

    [GeneratedRegex(@"[?&#;](?<name>[a-z0-9_.%\-]{1,64})=[^&#\s""']", Options, TimeoutMs)]
    private static partial Regex Query();

    [GeneratedRegex(@"\b(proxy-)?authorization\s*[:=]\s*['""]?(bearer|basic|token|digest|apikey|aws4-hmac-sha256)\s+\S|\b(x-api-key|x-auth-token|api-key)\s*:\s*[^\s'""]{4}|\bset-cookie\s*:\s*\S|\bcookie\s*:\s*[\w-]+=", Options, TimeoutMs)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"(^|[;\s&?,'""])-{0,2}(password|passwd|pwd|api[_-]?key|client[_-]?secret|access[_-]?token|auth[_-]?token|secret[_-]?key|accountkey|sharedaccesskey)=(?!(null|none|true|false)\b)[^\s;&?:@$'""=]{3}", Options, TimeoutMs)]
    private static partial Regex ConnectionString();
}
