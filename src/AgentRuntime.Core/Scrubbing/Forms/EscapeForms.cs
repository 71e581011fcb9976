using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentRuntime.Scrubbing.Forms;

/// <summary>The ways in which programs write a text inside JSON, a URL, XML, a shell command or source code.</summary>
internal static class EscapeForms
{
    /// <summary>All escaped forms; many equal the text itself when it has nothing to escape.</summary>
    public static IEnumerable<string> Of(string text) =>
        Json(text).Concat(Json(text).SelectMany(Json)).Concat(Uris(text)).Concat(Xml(text)).Concat(Shell(text)).Concat(Code(text));

    private static IEnumerable<string> Json(string text)
    {
        var relaxed = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
        yield return JsonEncodedText.Encode(text, JavaScriptEncoder.Default).Value;
        yield return relaxed;
        yield return relaxed.Replace("/", "\\/", StringComparison.Ordinal);
        yield return AsciiOnly(relaxed);
    }

    private static IEnumerable<string> Uris(string text)
    {
        var data = Uri.EscapeDataString(text);
        var form = WebUtility.UrlEncode(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return data;
        yield return LowerEscapes(data);
        yield return form;
        yield return LowerEscapes(form);
        yield return PercentWhere(bytes, b => b <= 0x20 || b >= 0x7f || "\"<>\\^`{|}%".Contains((char)b, StringComparison.Ordinal));
        yield return PercentWhere(bytes, b => !char.IsAsciiLetterOrDigit((char)b));
        var all = PercentWhere(bytes, _ => true);
        yield return all;
        yield return LowerEscapes(all);
    }

    private static IEnumerable<string> Xml(string text)
    {
        var minimal = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        var quotes = minimal.Replace("\"", "&quot;", StringComparison.Ordinal);
        yield return minimal;
        yield return quotes;
        yield return quotes.Replace("'", "&apos;", StringComparison.Ordinal);
        yield return quotes.Replace("'", "&#39;", StringComparison.Ordinal);
        yield return quotes.Replace("'", "&#x27;", StringComparison.Ordinal);
        yield return WebUtility.HtmlEncode(text);
        yield return HtmlEncoder.Default.Encode(text);
        yield return Each(text, c => string.Create(CultureInfo.InvariantCulture, $"&#{(int)c};"));
        yield return Each(text, c => string.Create(CultureInfo.InvariantCulture, $"&#x{(int)c:x};"));
        yield return Each(text, c => string.Create(CultureInfo.InvariantCulture, $"&#x{(int)c:X};"));
    }

    private static IEnumerable<string> Shell(string text)
    {
        yield return text.Replace("'", "'\\''", StringComparison.Ordinal);
        yield return text.Replace("'", "'\"'\"'", StringComparison.Ordinal);
        yield return text.Replace("'", "''", StringComparison.Ordinal);
        yield return text.Replace("\"", "\"\"", StringComparison.Ordinal);
        yield return text.Replace("\\", "\\\\", StringComparison.Ordinal);
        yield return text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        yield return Each(text, c => c is '"' or '\\' or '$' or '`' ? "\\" + c : c.ToString());
        yield return Each(text, c => char.IsAsciiLetterOrDigit(c) || c > 0x7f || "_./:=@%+,-".Contains(c, StringComparison.Ordinal) ? c.ToString() : "\\" + c);
        yield return Each(text, c => char.IsAsciiLetterOrDigit(c) || c > 0x7f || c == '_' ? c.ToString() : "\\" + c);
    }

    private static IEnumerable<string> Code(string text)
    {
        yield return Each(text, c => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
        yield return Each(text, c => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"));
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return string.Concat(bytes.Select(b => string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}")));
        yield return string.Concat(bytes.Select(b => string.Create(CultureInfo.InvariantCulture, $"\\x{b:X2}")));
    }

    private static string AsciiOnly(string text) =>
        Each(text, c => c < 0x7f ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));

    private static string PercentWhere(byte[] bytes, Func<byte, bool> escaped) =>
        string.Concat(bytes.Select(b => escaped(b) ? string.Create(CultureInfo.InvariantCulture, $"%{b:X2}") : ((char)b).ToString()));

    private static string Each(string text, Func<char, string> map) => string.Concat(text.Select(map));

    private static string LowerEscapes(string text)
    {
        var chars = text.ToCharArray();
        for (var i = 0; i + 2 < chars.Length; i++)
        {
            if (chars[i] == '%')
            {
                chars[i + 1] = char.ToLowerInvariant(chars[i + 1]);
                chars[i + 2] = char.ToLowerInvariant(chars[i + 2]);
                i += 2;
            }
        }

        return new string(chars);
    }
}
