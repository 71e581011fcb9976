using System.Text;
using System.Text.RegularExpressions;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Finds literals that have the shape of a credential, also under URL and base64 encoding (two layers), and long random-looking ones.</summary>
internal static partial class LiteralShapes
{
    private const int TimeoutMs = 2000;
    private const int MaxLayers = 2;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Whether the text holds a credential shape in any layer of encoding.</summary>
    public static bool HasShape(string text) => HasShape(text, MaxLayers);

    /// <summary>Whether a known beginning of a credential is completed by a template.</summary>
    public static bool HasTemplatedShape(string text) => text.Contains("{{", StringComparison.Ordinal) && PrefixBeforeTemplate().IsMatch(text);

    private static bool HasShape(string text, int layers)
    {
        if (text.Length < 12)
        {
            return false;
        }

        if (Shape().IsMatch(text))
        {
            return true;
        }

        if (layers == 0)
        {
            return false;
        }

        if (text.Contains('%', StringComparison.Ordinal) && Uri.UnescapeDataString(text) is var unescaped && unescaped != text && HasShape(unescaped, layers - 1))
        {
            return true;
        }

        foreach (Match match in Base64Run().Matches(text))
        {
            if (Decode(match.Value) is { } decoded && HasShape(decoded, layers - 1))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Decode(string run)
    {
        var plain = run.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        plain = plain.Length % 4 == 1 ? plain[..^1] : plain;
        var bytes = new byte[plain.Length];
        return Convert.TryFromBase64String(plain.PadRight((plain.Length + 3) / 4 * 4, '='), bytes, out var count)
            && bytes.AsSpan(0, count).IndexOfAnyExceptInRange((byte)9, (byte)126) < 0
                ? Encoding.ASCII.GetString(bytes, 0, count)
                : null;
    }

    [GeneratedRegex(@"[A-Za-z0-9+/_-]{16,}={0,2}", Options, TimeoutMs)]
    private static partial Regex Base64Run();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}|sk-[A-Za-z0-9_-]{20,}|[sr]k_(live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{16,}|A(KIA|SIA)[A-Z0-9]{16}(?![A-Z0-9])|AIza[\w-]{30,}|ya29\.[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sbr]\.[\w-]{20,}|dop_v1_[a-f0-9]{32,}|shp(at|ss|ca|pa)_[a-fA-F0-9]{24,}|hf_[A-Za-z0-9]{24,}|PMAK-[\w-]{20,}|lin_api_[A-Za-z0-9]{20,}|sntrys_[\w-]{20,}|dapi[a-f0-9]{32}|AGE-SECRET-KEY-1[A-Z0-9]{20,}|sq0(csp|atp)-[\w-]{16,})|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|\b[Bb]earer\s+[A-Za-z0-9._~+/-]{16,}|\b[Bb]asic\s+[A-Za-z0-9+/]{16,}={0,2}|hooks\.slack\.com/services/T\w+/B\w+/\w+|discord(app)?\.com/api/webhooks/\d+/\S|\bAccountKey=[A-Za-z0-9+/]{20,}",
        Options,
        TimeoutMs)]
    private static partial Regex Shape();

    [GeneratedRegex(@"(?<![A-Za-z0-9])(gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|sk-|[sr]k_(live|test)_|whsec_|A(KIA|SIA)|AIza|ya29\.|eyJ|npm_|pypi-|SG\.|hv[sbr]\.|dop_v1_|shpat_|hf_|lin_api_|[Bb]earer\s+|[Bb]asic\s+)[A-Za-z0-9_.-]*\{\{", Options, TimeoutMs)]
    private static partial Regex PrefixBeforeTemplate();
}
