using System.Text.RegularExpressions;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Finds literals that have the shape of a credential, also encoded, and the beginnings of credentials that a template completes.</summary>
internal static partial class LiteralShapes
{
    private const int TimeoutMs = 2000;

    /// <summary>Whether the text holds a credential shape, as written or under two layers of base64, hex or URL encoding.</summary>
    public static bool HasShape(string text) =>
        text.Length >= 8
        && CredentialShapes.FindDecoded(text).Any(match => match.Kind switch
        {
            // Reported as a credential in a URL.
            "url-password" => !text.Contains("://", StringComparison.Ordinal),

            // A slug may begin with "key-"; a key goes on with one unbroken run.
            "mailgun-key" => MailgunKey().IsMatch(text) || !text.Contains("key-", StringComparison.OrdinalIgnoreCase),
            _ => true,
        });

    /// <summary>Whether a known beginning of a credential is completed by a template.</summary>
    public static bool HasTemplatedShape(string text) => text.Contains("{{", StringComparison.Ordinal) && PrefixBeforeTemplate().IsMatch(text);

    [GeneratedRegex("key-[0-9a-z]{32}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex MailgunKey();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9])(gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|sk-|[sr]k_(live|test)_|whsec_|A(KIA|SIA)|AIza|ya29\.|eyJ|npm_|pypi-|SG\.|hv[sbr]\.|dop_v1_|shpat_|hf_|lin_api_|[Bb]earer\s+|[Bb]asic\s+)[A-Za-z0-9_.-]*\{\{",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeoutMs)]
    private static partial Regex PrefixBeforeTemplate();
}
