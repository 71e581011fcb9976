using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace AgentRuntime.TestKit.Leaks;

/// <summary>Decodes a haystack in every way that programs encode text. Knows nothing of the product's forms: it turns the hay, not the needle.</summary>
internal static class HaystackViews
{
    private const int MinBase64 = 10;
    private const int MinHex = 16;
    private static readonly SearchValues<byte> Base64Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);
    private static readonly SearchValues<byte> HexAlphabet = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Every decoded view of these bytes that differs from them, with its name.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Of(byte[] hay)
    {
        if (hay.Contains((byte)0))
        {
            yield return ("utf-16", Without(hay, b => b == 0));
        }

        if (hay.Contains((byte)'\\'))
        {
            yield return ("escapes", Unescape(hay));
            yield return ("shell", Without(hay, b => b is (byte)'\\'));
        }

        if (hay.Contains((byte)'%') || hay.Contains((byte)'+'))
        {
            yield return ("percent", Unpercent(hay, plus: false));
            yield return ("form", Unpercent(hay, plus: true));
        }

        if (hay.Contains((byte)'&'))
        {
            yield return ("xml", Encoding.Latin1.GetBytes(LatinOnly(WebUtility.HtmlDecode(Encoding.Latin1.GetString(hay)))));
        }

        for (var offset = 0; offset < 4; offset++)
        {
            yield return ("base64", Base64Runs(hay, offset));
        }

        yield return ("hex", HexRuns(hay, 0));
        yield return ("hex", HexRuns(hay, 1));
        yield return ("separated hex", HexRuns(Without(hay, b => b is (byte)':' or (byte)' ' or (byte)'-' or (byte)'\\' or (byte)'x' or (byte)'%'), 0));
        yield return ("separated hex", HexRuns(Without(hay, b => b is (byte)':' or (byte)' ' or (byte)'-' or (byte)'\\' or (byte)'x' or (byte)'%'), 1));
    }

    /// <summary>The bytes without white space and line feeds, also written as escapes.</summary>
    public static byte[] Unwrapped(byte[] hay)
    {
        var text = Encoding.Latin1.GetString(hay).Replace("\\n", string.Empty).Replace("\\r", string.Empty);
        return Without(Encoding.Latin1.GetBytes(text), b => b is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t');
    }

    private static byte[] Without(byte[] hay, Func<byte, bool> dropped)
    {
        var kept = new byte[hay.Length];
        var length = 0;
        foreach (var b in hay)
        {
            if (!dropped(b))
            {
                kept[length++] = b;
            }
        }

        return kept[..length];
    }

    private static string LatinOnly(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = source[i] < 0x100 ? source[i] : '\u0001';
        }
    });

    private static byte[] Unescape(byte[] hay)
    {
        var output = new ArrayBufferWriter<byte>(hay.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < hay.Length; i++)
        {
            if (hay[i] != '\\' || i + 1 >= hay.Length)
            {
                output.Write(hay.AsSpan(i, 1));
                continue;
            }

            var kind = (char)hay[++i];
            if (kind == 'u' && TryHex(hay, i + 1, 4, out var code))
            {
                i += 4;
                if (char.IsHighSurrogate((char)code) && i + 2 < hay.Length && hay[i + 1] == '\\' && hay[i + 2] == 'u' && TryHex(hay, i + 3, 4, out var low) && char.IsLowSurrogate((char)low))
                {
                    code = char.ConvertToUtf32((char)code, (char)low);
                    i += 6;
                }

                output.Write(utf8[..(Rune.TryCreate(code, out var rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(utf8)]);
                continue;
            }

            if (kind == 'x' && TryHex(hay, i + 1, 2, out var single))
            {
                i += 2;
                output.Write([(byte)single]);
                continue;
            }

            output.Write([kind switch { 'n' => (byte)'\n', 'r' => (byte)'\r', 't' => (byte)'\t', 'b' => (byte)'\b', 'f' => (byte)'\f', _ => hay[i] }]);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Unpercent(byte[] hay, bool plus)
    {
        var output = new byte[hay.Length];
        var length = 0;
        for (var i = 0; i < hay.Length; i++)
        {
            if (hay[i] == '%' && TryHex(hay, i + 1, 2, out var value))
            {
                output[length++] = (byte)value;
                i += 2;
            }
            else
            {
                output[length++] = plus && hay[i] == '+' ? (byte)' ' : hay[i];
            }
        }

        return output[..length];
    }

    private static bool TryHex(byte[] hay, int at, int digits, out int value)
    {
        value = 0;
        return at + digits <= hay.Length && int.TryParse(Encoding.Latin1.GetString(hay, at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static byte[] Base64Runs(byte[] hay, int offset)
    {
        var output = new ArrayBufferWriter<byte>((hay.Length * 3 / 4) + 16);
        foreach (var (start, length) in Runs(hay, Base64Alphabet, MinBase64))
        {
            var run = hay.AsSpan(start + offset, (length - offset) / 4 * 4).ToArray();
            run.AsSpan().Replace((byte)'-', (byte)'+');
            run.AsSpan().Replace((byte)'_', (byte)'/');
            Base64.DecodeFromUtf8(run, output.GetSpan(run.Length), out _, out var written);
            output.Advance(written);

            // What is left over: up to two more bytes of the run's end.
            var rest = hay.AsSpan(start + offset + run.Length, (length - offset) % 4);
            if (rest.Length > 1)
            {
                byte[] last = [.. rest, .. "AA"u8[..(4 - rest.Length)]];
                last.AsSpan().Replace((byte)'-', (byte)'+');
                last.AsSpan().Replace((byte)'_', (byte)'/');
                Base64.DecodeFromUtf8(last, output.GetSpan(4), out _, out _);
                output.Advance(rest.Length - 1);
            }

            output.Write([(byte)0x01]);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] HexRuns(byte[] hay, int offset)
    {
        var output = new ArrayBufferWriter<byte>((hay.Length / 2) + 16);
        foreach (var (start, length) in Runs(hay, HexAlphabet, MinHex))
        {
            output.Write(Convert.FromHexString(Encoding.Latin1.GetString(hay, start + offset, (length - offset) / 2 * 2)));
            output.Write([(byte)0x01]);
        }

        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<(int Start, int Length)> Runs(byte[] hay, SearchValues<byte> alphabet, int min)
    {
        for (var at = 0; at < hay.Length;)
        {
            var skip = hay.AsSpan(at).IndexOfAny(alphabet);
            if (skip < 0)
            {
                yield break;
            }

            at += skip;
            var length = hay.AsSpan(at).IndexOfAnyExcept(alphabet);
            length = length < 0 ? hay.Length - at : length;
            if (length >= min)
            {
                yield return (at, length);
            }

            at += length;
        }
    }
}
