using System.Text;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>Whether a value that stands where a credential would stand looks like one.</summary>
internal static class ValueTests
{
    private static readonly string[] Placeholders =
        ["example", "changeme", "change-me", "change_me", "your", "placeholder", "xxxx", "redacted", "dummy", "sample", "insert", "replace", "secret-here", "not-a-", "no-such"];

    private static readonly string[] OwnIds = ["run_", "aud_", "lease_", "sha256:", "sha512:", "urn:"];

    /// <summary>Whether there is a letter and a digit.</summary>
    public static bool IsMixed(ReadOnlySpan<byte> value)
    {
        var letter = false;
        var digit = false;
        foreach (var b in value)
        {
            letter |= char.IsAsciiLetter((char)b);
            digit |= char.IsAsciiDigit((char)b);
        }

        return letter && digit;
    }

    /// <summary>Whether the value of an assignment to a secret-sounding name looks like a secret.</summary>
    /// <param name="value">The value without quotes.</param>
    /// <param name="strong">Whether the name can only mean a secret, so that a bare hash counts too.</param>
    public static bool LooksSecret(ReadOnlySpan<byte> value, bool strong)
    {
        if (value.Length is < 8 or > 1024)
        {
            return false;
        }

        var text = Encoding.Latin1.GetString(value);
        return !IsTemplate(text)
            && !IsPlace(text)
            && !IsUuid(text)
            && !IsDate(text)
            && !IsName(text)
            && (strong || !IsHash(text))
            && !text.Any(c => char.IsWhiteSpace(c) || c == '(')
            && !Placeholders.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
            && !OwnIds.Any(id => text.StartsWith(id, StringComparison.Ordinal))
            && text.Distinct().Count() >= 5
            && (IsMixed(value) || (strong && Classes(text) >= 3));
    }

    /// <summary>Bits for each character, by how often each occurs.</summary>
    public static double Entropy(string text) =>
        -text.GroupBy(c => c).Sum(group => (double)group.Count() / text.Length * Math.Log2((double)group.Count() / text.Length));

    /// <summary>Whether the text is a UUID.</summary>
    public static bool IsUuid(string text) => text.Length is 36 or 38 && Guid.TryParse(text, out _);

    /// <summary>Whether the text is as long as a common hash and hexadecimal.</summary>
    public static bool IsHash(string text) => text.Length is 32 or 40 or 56 or 64 or 96 or 128 && text.All(char.IsAsciiHexDigit);

    /// <summary>Whether the text is a template or a reference to a variable, not a value.</summary>
    public static bool IsTemplate(string text) =>
        text[0] is '[' or '{' or '<' or '*' or '$' or '(' or '@'
        || (text[0] == '%' && text[^1] == '%')
        || text.Contains("{{", StringComparison.Ordinal)
        || text.Contains("${", StringComparison.Ordinal);

    private static bool IsPlace(string text) =>
        text[0] is '/' or '~' or '#'
        || text.StartsWith("./", StringComparison.Ordinal)
        || text.StartsWith("../", StringComparison.Ordinal)
        || text.Contains("://", StringComparison.Ordinal)
        || text.Contains("#v", StringComparison.Ordinal);

    private static bool IsDate(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0;

    // Lower-case words, small numbers and versions with separators: a name that people gave, such as crm-read-2.
    private static bool IsName(string text) =>
        text.AsSpan().IndexOfAny("-_./:") >= 0
        && text.Split('-', '_', '.', '/', ':').All(piece =>
            piece.All(char.IsAsciiLetterLower) || piece.All(char.IsAsciiLetterUpper)
            || (piece.Length <= 4 && piece.All(char.IsAsciiDigit))
            || (piece.Length <= 4 && piece[0] == 'v' && piece[1..].All(char.IsAsciiDigit)));

    private static int Classes(string text) =>
        (text.Any(char.IsAsciiLetterLower) ? 1 : 0)
        + (text.Any(char.IsAsciiLetterUpper) ? 1 : 0)
        + (text.Any(char.IsAsciiDigit) ? 1 : 0)
        + (text.Any(c => "!@#$%^*+=~?".Contains(c, StringComparison.Ordinal)) ? 1 : 0);
}
