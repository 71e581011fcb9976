using System.Text;

namespace AgentRuntime.Scrubbing.Forms;

/// <summary>
/// Base64 (RFC 4648) of a value that stands at an unknown place inside a longer text. For each of the three alignments only the characters
/// that the value alone decides are kept: neither neighbours nor padding can change them, so the form is found whatever stands around.
/// </summary>
internal static class Base64Forms
{
    private static readonly (string Plus, string Slash)[] Escapes =
    [
        ("\\u002B", "/"), ("\\u002b", "/"), ("\\\\u002B", "/"), ("+", "\\/"), ("\\u002B", "\\/"), ("+", "\\\\/"), ("%2B", "%2F"), ("%2b", "%2f"), ("%2B", "/"), ("&#x2B;", "/"), ("&#43;", "/"),
    ];

    /// <summary>The cores at the three alignments, in both alphabets.</summary>
    public static IEnumerable<string> Cores(byte[] value)
    {
        for (var alignment = 0; alignment < 3; alignment++)
        {
            var core = Core(value, alignment);
            yield return core;
            if (core.AsSpan().ContainsAny('+', '/'))
            {
                yield return UrlSafe(core);
            }
        }
    }

    /// <summary>Base64 as it stands inside JSON (also nested), a URL or a form, where plus and slash may be escaped.</summary>
    public static IEnumerable<string> Written(IEnumerable<string> forms)
    {
        foreach (var form in forms)
        {
            yield return form;
            if (form.AsSpan().ContainsAny('+', '/'))
            {
                foreach (var (plus, slash) in Escapes)
                {
                    yield return form.Replace("+", plus, StringComparison.Ordinal).Replace("/", slash, StringComparison.Ordinal);
                }
            }
        }
    }

    /// <summary>The cores of the base64 of the value's base64, at every pair of alignments.</summary>
    public static IEnumerable<string> DoubleCores(byte[] value) =>
        Cores(value).SelectMany(inner => Cores(Encoding.ASCII.GetBytes(inner)));

    /// <summary>The whole base64 without padding, in both alphabets.</summary>
    public static IEnumerable<string> Whole(byte[] value)
    {
        var text = Convert.ToBase64String(value).TrimEnd('=');
        yield return text;
        yield return UrlSafe(text);
    }

    private static string Core(byte[] value, int alignment)
    {
        var padded = new byte[(alignment + value.Length + 2) / 3 * 3];
        value.CopyTo(padded, alignment);
        var text = Convert.ToBase64String(padded);
        var first = ((8 * alignment) + 5) / 6;
        var end = 8 * (alignment + value.Length) / 6;
        return text[first..Math.Max(first, end)];
    }

    private static string UrlSafe(string text) => text.Replace('+', '-').Replace('/', '_');
}
