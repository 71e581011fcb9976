using System.Text;
using System.Text.Json;

namespace AgentRuntime.Scrubbing.Forms;

/// <summary>
/// The sensitive parts of a value that is more than one secret: a URL with userinfo, a connection string, a JSON key file, PEM, a JWT.
/// Indexing the whole would redact its public pieces (a host name, PEM armour, a JWT header) wherever they stand.
/// </summary>
internal static class CompositeParts
{
    private const string SensitiveWords = "password|passwd|pwd|passphrase|secret|token|key|private|credential|signature|sig|auth";

    /// <summary>The sensitive parts; empty when the value is one opaque secret.</summary>
    public static IReadOnlyList<string> Of(string value)
    {
        var parts = new HashSet<string>(StringComparer.Ordinal);
        if (value.Contains("-----BEGIN ", StringComparison.Ordinal) && value.TrimStart().StartsWith("-----BEGIN ", StringComparison.Ordinal))
        {
            AddPem(value, parts);
        }
        else if (value.AsSpan().TrimStart() is ['{', ..] or ['[', ..])
        {
            AddJson(value, parts);
        }
        else if (IsUrl(value))
        {
            AddUrl(value, parts);
        }
        else if (IsConnectionString(value))
        {
            AddConnectionString(value, parts);
        }
        else if (value.StartsWith("eyJ", StringComparison.Ordinal) && value.Split('.') is [_, { Length: > 8 } payload, { Length: > 8 } signature])
        {
            parts.Add(payload);
            parts.Add(signature);
        }

        return [.. parts];
    }

    /// <summary>Whether a member of this name holds something secret.</summary>
    public static bool IsSensitiveName(string name) =>
        SensitiveWords.Split('|').Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    // Only a well-formed composite is taken apart: a random value that happens to hold the same punctuation is one secret as a whole.
    private static bool IsUrl(string value)
    {
        var end = value.IndexOf("://", StringComparison.Ordinal);
        return end > 1
            && char.IsAsciiLetter(value[0])
            && value[..end].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.')
            && Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && uri.Host.Length > 0;
    }

    private static bool IsConnectionString(string value)
    {
        var pairs = value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return pairs.Length > 1 && pairs.All(pair =>
            pair.IndexOf('=', StringComparison.Ordinal) is > 1 and var equals
            && char.IsAsciiLetter(pair[0])
            && pair[..equals].All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_' or '-' or '.'));
    }

    private static void AddPem(string value, HashSet<string> parts)
    {
        var body = new StringBuilder();
        foreach (var line in value.Split('\n'))
        {
            var text = line.Trim();
            if (text.Length == 0 || text.StartsWith("-----", StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal))
            {
                continue;
            }

            body.Append(text);
            parts.Add(text);
        }

        parts.Add(body.ToString());
    }

    private static void AddJson(string value, HashSet<string> parts)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(value);
        }
        catch (JsonException)
        {
            return;
        }

        using (document)
        {
            AddJson(document.RootElement, sensitive: false, parts);
        }
    }

    private static void AddJson(JsonElement element, bool sensitive, HashSet<string> parts)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    AddJson(member.Value, sensitive || IsSensitiveName(member.Name), parts);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    AddJson(item, sensitive, parts);
                }

                break;
            case JsonValueKind.String when element.GetString() is { } text && (sensitive || LooksRandom(text)):
                var inner = Of(text);
                if (inner.Count == 0)
                {
                    parts.Add(text);
                }
                else
                {
                    parts.UnionWith(inner);
                }

                break;
            case JsonValueKind.Number when sensitive:
                parts.Add(element.GetRawText());
                break;
            default:
                break;
        }
    }

    private static void AddUrl(string value, HashSet<string> parts)
    {
        var start = value.IndexOf("://", StringComparison.Ordinal) + 3;
        var authority = value[start..];
        var end = authority.IndexOfAny(['/', '?', '#']);
        authority = end < 0 ? authority : authority[..end];
        var at = authority.LastIndexOf('@');
        if (at > 0)
        {
            var colon = authority.IndexOf(':', StringComparison.Ordinal);
            var password = colon >= 0 && colon < at ? authority[(colon + 1)..at] : authority[..at];
            parts.Add(password);
            parts.Add(Uri.UnescapeDataString(password));
        }

        var query = value.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            AddPairs(value[(query + 1)..], '&', parts);
        }
    }

    private static void AddConnectionString(string value, HashSet<string> parts) => AddPairs(value, ';', parts);

    private static void AddPairs(string text, char separator, HashSet<string> parts)
    {
        foreach (var pair in text.Split(separator))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && IsSensitiveName(pair[..equals]))
            {
                var part = pair[(equals + 1)..].Trim();
                parts.Add(part);
                parts.Add(part.Trim('"', '\''));
                if (separator == '&')
                {
                    parts.Add(Uri.UnescapeDataString(part));
                }
            }
        }
    }

    private static bool LooksRandom(string text) =>
        text.Length >= 16
        && text.Any(char.IsAsciiDigit)
        && text.Any(char.IsAsciiLetter)
        && !text.Any(c => char.IsWhiteSpace(c) || c == '@')
        && !text.Contains("://", StringComparison.Ordinal);
}
