using System.Text.RegularExpressions;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Tells long random literals from ids, hashes, addresses and prose.</summary>
/// <remarks>
/// A random string of letters and digits changes between upper case, lower case and digits at about every second character; words and
/// camel case do so at every sixth. Both that rate and the Shannon entropy must be high. Measured on generated keys and on ordinary documents.
/// </remarks>
internal static partial class Randomness
{
    private const int MinLength = 32;
    private const int MaxLength = 512;
    private const int TimeoutMs = 2000;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Whether the text holds a literal that looks random.</summary>
    /// <param name="text">The text.</param>
    /// <param name="label">The member's name, which may say that the value is an id or a hash.</param>
    public static bool HasRandomLiteral(string text, string? label)
    {
        if (text.Length < MinLength)
        {
            return false;
        }

        var rest = Ordinary().Replace(text, " ");
        foreach (Match match in Run().Matches(rest))
        {
            if (match.Length <= MaxLength && LooksRandom(match.Value, label))
            {
                return true;
            }
        }

        return false;
    }

    private static bool LooksRandom(string run, string? label)
    {
        var plain = run.TrimEnd('=');
        if (Hex().IsMatch(plain))
        {
            return plain.Any(char.IsAsciiLetter) && plain.Any(char.IsAsciiDigit) && !IsHashLabel(label) && Entropy(plain) >= 3.0;
        }

        var (upper, lower, digits, changes, counted) = Count(plain);
        if (counted < MinLength || digits == 0)
        {
            return false;
        }

        var rate = (double)changes / counted;
        return upper > 0 && lower > 0
            ? rate >= 0.4 && Entropy(plain) >= 4.0
            : plain.Length == counted && rate >= 0.25 && digits >= 5 && Entropy(plain) >= 4.0 && !IsHashLabel(label);
    }

    private static (int Upper, int Lower, int Digits, int Changes, int Counted) Count(string text)
    {
        var (upper, lower, digits, changes, last) = (0, 0, 0, 0, 0);
        foreach (var c in text)
        {
            var kind = char.IsAsciiLetterUpper(c) ? 1 : char.IsAsciiLetterLower(c) ? 2 : char.IsAsciiDigit(c) ? 3 : 0;
            if (kind == 0)
            {
                continue;
            }

            upper += kind == 1 ? 1 : 0;
            lower += kind == 2 ? 1 : 0;
            digits += kind == 3 ? 1 : 0;
            changes += last != 0 && kind != last ? 1 : 0;
            last = kind;
        }

        return (upper, lower, digits, changes, upper + lower + digits);
    }

    /// <summary>Shannon entropy in bits for each character.</summary>
    private static double Entropy(string text) =>
        text.GroupBy(c => c).Sum(group => -((double)group.Count() / text.Length) * Math.Log2((double)group.Count() / text.Length));

    private static bool IsHashLabel(string? label) => label is not null && HashLabel().IsMatch(label);

    [GeneratedRegex(@"[A-Za-z0-9+/_-]{32,}={0,2}", Options, TimeoutMs)]
    private static partial Regex Run();

    [GeneratedRegex(@"^([0-9a-f]+|[0-9A-F]+)$", Options, TimeoutMs)]
    private static partial Regex Hex();

    [GeneratedRegex(@"(^|_|-|\b)(id|ids|uuid|guid|sha|sha1|sha256|sha384|sha512|md5|hash|digest|checksum|etag|commit|revision|rev|ref|fingerprint|integrity|trace|span|traceparent|thumbprint|address|image|version|cursor)$|([a-z](Id|Hash|Sha|Digest|Commit|Etag|Checksum)$)", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex HashLabel();

    // Addresses, data URIs, UUIDs and labelled hashes are what they say they are.
    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9+.-]{1,20}://\S+|data:[\w/+.-]+(;[\w=-]+)*,\S+|\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b(sha(1|224|256|384|512)|md5|git|etag|commit)\s*[-:=@]\s*[A-Za-z0-9+/]+={0,2}|\b(sha|hash|md5|commit|revision|rev|digest|fingerprint)\s+[0-9a-f]{7,128}\b|\b0x[0-9a-fA-F]+\b", Options | RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex Ordinary();
}
