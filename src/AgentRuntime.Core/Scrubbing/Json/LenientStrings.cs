using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AgentRuntime.Scrubbing.Json;

/// <summary>Decodes JSON strings, also those with an unpaired surrogate or invalid UTF-8, which the reader refuses to decode.</summary>
internal static class LenientStrings
{
    /// <summary>Copies the decoded string of the current token and gives its length in bytes; at most three times the raw length.</summary>
    public static int Copy(ref Utf8JsonReader reader, Span<byte> target)
    {
        if (!Utf8.IsValid(reader.ValueSpan))
        {
            return Decode(reader.ValueSpan, target);
        }

        if (!reader.ValueIsEscaped)
        {
            reader.ValueSpan.CopyTo(target);
            return reader.ValueSpan.Length;
        }

        try
        {
            return reader.CopyString(target);
        }
        catch (InvalidOperationException)
        {
            return Decode(reader.ValueSpan, target);
        }
    }

    private static int Decode(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        var text = Encoding.UTF8.GetString(raw);
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                decoded.Append(text[i]);
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'u':
                    decoded.Append((char)ushort.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                case 'n':
                    decoded.Append('\n');
                    break;
                case 'r':
                    decoded.Append('\r');
                    break;
                case 't':
                    decoded.Append('\t');
                    break;
                case 'b':
                    decoded.Append('\b');
                    break;
                case 'f':
                    decoded.Append('\f');
                    break;
                default:
                    decoded.Append(text[i]);
                    break;
            }
        }

        var bytes = Encoding.UTF8.GetBytes(decoded.ToString());
        var length = Math.Min(bytes.Length, target.Length);
        bytes.AsSpan(0, length).CopyTo(target);
        return length;
    }
}
