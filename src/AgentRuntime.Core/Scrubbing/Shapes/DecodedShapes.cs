using System.Buffers;
using System.Text;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>Looks for shapes inside what long runs decode to.</summary>
internal static class DecodedShapes
{
    private const int MinRun = 24;
    private const double MinEntropy = 3.7;

    private static readonly SearchValues<char> Run =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-%.~");

    public static IReadOnlyList<ShapeMatch> Find(string text, bool strict, int depth)
    {
        var found = new List<ShapeMatch>(CredentialShapes.Find(text));
        foreach (var (start, length) in Runs(text))
        {
            if (found.Exists(match => match.Start < start + length && start < match.Start + match.Length))
            {
                continue;
            }

            var run = text.Substring(start, length);
            var kind = depth > 0 ? Decode(run).SelectMany(decoded => Find(decoded, strict: false, depth - 1)).Select(match => match.Kind).FirstOrDefault() : null;
            if (kind is null && strict && LooksRandom(run))
            {
                kind = "high-entropy";
            }

            if (kind is not null)
            {
                found.Add(new ShapeMatch(kind, start, length));
            }
        }

        return found;
    }

    private static IEnumerable<(int Start, int Length)> Runs(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var skip = text.AsSpan(at).IndexOfAny(Run);
            if (skip < 0)
            {
                yield break;
            }

            at += skip;
            var length = text.AsSpan(at).IndexOfAnyExcept(Run);
            length = length < 0 ? text.Length - at : length;
            if (length >= MinRun)
            {
                yield return (at, length);
            }

            at += length;
        }
    }

    private static IEnumerable<string> Decode(string run)
    {
        if (run.Contains('%', StringComparison.Ordinal))
        {
            yield return Uri.UnescapeDataString(run);
        }

        // The run may carry something before the encoded part (name=, a path), so each piece is tried as well.
        foreach (var piece in run.Split(['=', '.', '/', '%'], StringSplitOptions.RemoveEmptyEntries).Append(run.TrimEnd('=')).Distinct(StringComparer.Ordinal))
        {
            if (piece.Length >= 16 && FromBase64(piece) is { } decoded)
            {
                yield return decoded;
            }

            if (piece.Length >= 32 && piece.Length % 2 == 0 && piece.All(char.IsAsciiHexDigit) && Printable(Convert.FromHexString(piece)) is { } unhexed)
            {
                yield return unhexed;
            }
        }
    }

    private static string? FromBase64(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/');
        standard = standard.Length % 4 == 1 ? standard[..^1] : standard;
        var buffer = new byte[standard.Length];
        return Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), buffer, out var written)
            ? Printable(buffer[..written])
            : null;
    }

    private static string? Printable(byte[] bytes)
    {
        if (bytes.Length > 8 && bytes.Where((b, i) => i % 2 == 1).All(b => b == 0))
        {
            return Encoding.Unicode.GetString(bytes);
        }

        return System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Any(b => b < 0x20 && b is not (0x09 or 0x0a or 0x0d)) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private static bool LooksRandom(string run) =>
        run.Any(char.IsAsciiDigit) && run.Any(char.IsAsciiLetterUpper) && run.Any(char.IsAsciiLetterLower)
        && !ValueTests.IsUuid(run) && !ValueTests.IsHash(run)
        && !run.Split('/', '.', '-', '_').All(piece => piece.Length < 12)
        && ValueTests.Entropy(run) >= MinEntropy;
}
