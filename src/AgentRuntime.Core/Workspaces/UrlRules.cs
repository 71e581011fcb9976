using System.Diagnostics.CodeAnalysis;
using System.Net;
using AgentRuntime.Json;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Workspaces;

/// <summary>The rules for URLs in workspace files.</summary>
internal static class UrlRules
{
    /// <summary>Whether the text is an absolute http or https URL without a credential; reports everything else.</summary>
    /// <param name="reader">The object that holds it.</param>
    /// <param name="name">Its member.</param>
    /// <param name="text">The URL.</param>
    /// <param name="httpAnywhere">Whether plain http may leave this machine.</param>
    /// <param name="url">The URL, when it is acceptable.</param>
    public static bool Check(ObjectReader reader, string name, string text, bool httpAnywhere, [NotNullWhen(true)] out Uri? url)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 || text.Contains("{{", StringComparison.Ordinal))
        {
            reader.Report(name, ProblemCodes.BadUrl, $"'{name}' is not an absolute http or https URL.", "Write a URL such as https://mcp.example.com/mcp.");
            url = null;
            return false;
        }

        var good = true;
        if (url.UserInfo.Length > 0 || HasCredentialQuery(url))
        {
            reader.Report(name, ProblemCodes.UrlCredential, $"'{name}' is a URL with a credential in it.", "Remove it; declare a scope under \"credentials\", and the runtime attaches the credential.");
            good = false;
        }

        if (text.Contains('#', StringComparison.Ordinal))
        {
            reader.Report(name, ProblemCodes.BadUrl, $"'{name}' is a URL with a fragment.", "Remove what begins with '#'.");
            good = false;
        }

        if (!httpAnywhere && url.Scheme == "http" && !IsLoopback(url))
        {
            reader.Report(name, ProblemCodes.InsecureUrl, $"'{name}' is plain http to another machine.", "Use https; plain http is allowed to 127.0.0.0/8, [::1] and localhost only.");
            good = false;
        }

        return good;
    }

    private static bool HasCredentialQuery(Uri url) =>
        url.Query.TrimStart('?').Split('&', ';').Any(pair => pair.Split('=', 2) is [var key, { Length: > 0 }] && CredentialWords.IsCredentialQueryName(Uri.UnescapeDataString(key)));

    private static bool IsLoopback(Uri url) =>
        string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
