using System.Text.RegularExpressions;

namespace AgentRuntime.Mcp.Client;

/// <summary>Recognises, from what a server says, that it refused the credential. Errs towards not recognising: a text about authentication is not a refusal.</summary>
/// <remarks>
/// Each row is one way in which real servers say it. Texts longer than <see cref="MaxLength"/> are answers, not refusals. Stateless.
/// </remarks>
internal static class AuthFailureRecognizer
{
    /// <summary>The length, in characters, up to which a text can be a refusal.</summary>
    public const int MaxLength = 2000;

    private const string Credential = @"(?:api[ _-]?keys?|credentials?|password|passphrase|(?:access|auth|authentication|authorization|bearer|api|refresh|session|security|personal access)[ _-]?tokens?|client[ _-]?secret)";

    private static readonly Regex[] Rows =
    [
        // HTTP statuses in words: "HTTP 401", "status code: 403", "401 Unauthorized", "(401)"
        Row(@"\b(?:http(?:/\d(?:\.\d)?)?|status(?:[ _-]?code)?|error(?:[ _-]?code)?|response(?:[ _-]?code)?|returned|failed with|code)[\s:=(""']{0,4}(?:401|403)\b"),
        Row(@"\b401[\s:,\-]{0,3}(?:unauthori[sz]ed|authori[sz]ation required)\b"),
        Row(@"\b403[\s:,\-]{0,3}forbidden\b"),

        // "Unauthorized" as the statement itself, not as a word in a sentence
        Row(@"(?:^|[:(\[\-""]\s?|\berror\s)(?:request\s)?(?:unauthori[sz]ed|unauthenticated)\b\s?(?:$|[.,:;!)\]\-""])"),

        // "authentication failed", "failed to authenticate", "not authenticated", "authentication required"
        Row(@"\bauthentication (?:has )?(?:failed|failure|required|error|unsuccessful|rejected)\b"),
        Row(@"\b(?:failed|unable|could not|cannot|can't) (?:to )?(?:authenticate|log ?in|sign ?in)\b"),
        Row(@"\b(?:not authenticated|login (?:failed|incorrect)|logon failure)\b"),

        // "invalid API key", "incorrect password", "expired access token", "bad credentials", "missing API key"
        Row($@"\b(?:invalid|incorrect|wrong|bad|expired|revoked|unknown|malformed|missing|rejected|unrecogni[sz]ed) (?:or (?:missing|expired|invalid|revoked) )?(?:the |your )?{Credential}\b"),
        Row($@"\b{Credential}(?: provided| supplied| you provided| you supplied| given)? (?:(?:is|are|was|were|has|have|seems?|appears?)(?: to be| been)? )?(?:invalid|incorrect|wrong|expired|revoked|missing|rejected|not valid|not recogni[sz]ed|not accepted|disabled|deactivated)\b"),
        Row(@"\bincorrect api key provided\b"),

        // OAuth (RFC 6749, RFC 6750) and cloud error codes
        Row(@"\b(?:invalid_grant|invalid_client|invalid_token|unauthorized_client|insufficient_scope)\b"),
        Row(@"\b(?:AuthenticationError|AuthenticationFailed|InvalidAuthenticationToken|ExpiredToken(?:Exception)?|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|AuthFailure|InvalidAccessKeyId|not_authed|invalid_auth|token_revoked|token_expired)\b"),

        // Databases: PostgreSQL, MySQL, SQL Server, Redis, MongoDB
        Row(@"\bpassword authentication failed for user\b"),
        Row(@"\bno password supplied\b"),
        Row(@"\baccess denied for user\b"),
        Row(@"\blogin failed for user\b"),
        Row(@"\b(?:WRONGPASS|NOAUTH|invalid username-password pair|invalid password)\b"),
    ];

    /// <summary>Whether the text says that the credential was refused.</summary>
    public static bool SaysRefused(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength)
        {
            return false;
        }

        return Rows.Any(row => row.IsMatch(text));
    }

    /// <summary>Whether the end of an error output says that the credential was refused, in one of its lines.</summary>
    public static bool SaysRefusedInLog(string log) =>
        log.Split('\n').TakeLast(50).Any(SaysRefused);

    private static Regex Row(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Multiline);
}
