using System.Buffers;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>A value given to a name that sounds secret: <c>password=...</c>, <c>"api_key": "..."</c>, <c>DB_PASSWORD='...'</c>.</summary>
/// <param name="word">The word in the name, lower case.</param>
/// <param name="boundary">Whether the word must begin the name.</param>
/// <param name="strong">Whether the word can only mean a secret.</param>
internal sealed class AssignmentRule(string word, bool boundary, bool strong) : ShapeRule(AssignedKind, word, ignoreCase: true)
{
    /// <summary>The kind of every such value.</summary>
    public const string AssignedKind = "assigned-secret";

    private const int LongestRest = 40;

    private static readonly string[] NotSecret =
    [
        "accessor", "name", "names", "url", "uri", "endpoint", "path", "file", "hash", "sha256", "expires", "expiry", "expiration", "ttl", "length", "len",
        "policy", "version", "hint", "field", "fields", "type", "id", "count", "limit", "size", "usage", "ref", "reference", "arn", "store", "scope", "age",
        "created", "rotated", "at", "label", "prefix", "format", "algorithm", "alg", "status", "state", "class", "provider", "env", "header",
    ];

    /// <summary>Whether a value that looks like a secret would be redacted under this name.</summary>
    public static bool SoundsSecret(string name) => IsSecret(name, "Zq8x7Vw2Lk4"u8);

    /// <summary>Whether this value under this name is a secret, as if it were written as an assignment.</summary>
    public static bool IsSecret(string name, ReadOnlySpan<byte> value)
    {
        byte[] text = [.. System.Text.Encoding.UTF8.GetBytes(name), .. "=\""u8, .. value, (byte)'"'];
        var hit = ShapeScanner.Default.Next(text, 0, final: true);
        return hit.Rule is AssignmentRule && hit.Start == text.Length - value.Length - 1 && hit.End == text.Length - 1;
    }

    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        if (boundary && IsWord(window.Before))
        {
            return ShapeVerdict.No;
        }

        // 1 the rest of the name  2 its quote  3 the separator  4 the value
        var at = window.RunEnd(Anchor.Length, ByteSets.WordDashDot);
        if (at - Anchor.Length > LongestRest || IsNotSecret(window.Text[Anchor.Length..at]))
        {
            return ShapeVerdict.No;
        }

        at = SkipQuote(ref window, at);
        at = window.RunEnd(at, ByteSets.Blank);
        var separator = window.At(at);
        var next = window.At(at + 1);
        if (separator == (byte)'=' && next != (byte)'=')
        {
            at += next == (byte)'>' ? 2 : 1;
        }
        else if (separator == (byte)':')
        {
            at += next == (byte)'=' ? 2 : 1;
        }
        else
        {
            return ShapeVerdict.No;
        }

        at = window.RunEnd(at, ByteSets.Blank);
        return Value(ref window, at);
    }

    private ShapeVerdict Value(ref ShapeWindow window, int at)
    {
        var open = window.At(at) == (byte)'\\' ? window.At(at + 1) : window.At(at);
        var start = open is (byte)'"' or (byte)'\'' ? SkipQuote(ref window, at) : at;
        var set = open switch { (byte)'"' => ByteSets.DoubleQuoted, (byte)'\'' => ByteSets.SingleQuoted, _ => ByteSets.Bare };
        var end = window.RunEnd(start, set);

        // A point at the end belongs to the sentence.
        var value = window.Text[start..end];
        value = value.EndsWith("."u8) ? value[..^1] : value;
        return value.Length > 0 && ValueTests.LooksSecret(value, strong) ? new ShapeVerdict(start, end, set) : ShapeVerdict.No;
    }

    private static int SkipQuote(ref ShapeWindow window, int at)
    {
        if (window.At(at) == (byte)'\\')
        {
            at++;
        }

        return window.At(at) is (byte)'"' or (byte)'\'' ? at + 1 : at;
    }

    private static bool IsNotSecret(ReadOnlySpan<byte> rest)
    {
        var text = System.Text.Encoding.ASCII.GetString(rest).ToLowerInvariant().TrimStart('_', '-', '.');
        return Array.Exists(NotSecret, word => text.Equals(word, StringComparison.Ordinal) || text.EndsWith("_" + word, StringComparison.Ordinal) || text.EndsWith("-" + word, StringComparison.Ordinal));
    }
}
