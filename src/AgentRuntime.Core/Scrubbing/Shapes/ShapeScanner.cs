namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>Finds the rules' anchors by their first three bytes, without regard to letter case, and asks the rules.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class ShapeScanner
{
    private const int KeyLength = 3;

    private readonly ulong[] _bitmap = new ulong[1024];
    private readonly Dictionary<uint, ShapeRule[]> _rules = [];

    private ShapeScanner(IReadOnlyList<ShapeRule> rules)
    {
        foreach (var group in rules.GroupBy(rule => Key(rule.Anchor)))
        {
            _rules[group.Key] = [.. group];
            var bit = Bit(group.Key);
            _bitmap[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    /// <summary>All rules.</summary>
    public static ShapeScanner Default { get; } = new(ShapeRules.All);

    /// <summary>Looks for the next shape.</summary>
    /// <param name="text">The text; bytes before <paramref name="from"/> are only neighbours.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="final">Whether the text is complete.</param>
    /// <returns>A hit; or no rule and the place up to which the text is certainly clean.</returns>
    public ShapeHit Next(ReadOnlySpan<byte> text, int from, bool final)
    {
        for (var at = from; at <= text.Length - KeyLength; at++)
        {
            var key = Key(text[at..]);
            var bit = Bit(key);
            if ((_bitmap[bit >> 6] & (1UL << (int)(bit & 63))) == 0 || !_rules.TryGetValue(key, out var rules))
            {
                continue;
            }

            foreach (var rule in rules)
            {
                var window = new ShapeWindow(text[at..], at > 0 ? text[at - 1] : (byte)0);
                var verdict = window.HasAt(0, rule.Anchor, rule.IgnoreCase) ? rule.Verify(ref window) : ShapeVerdict.No;
                if (!final && window.Touched && text.Length - at < ShapeWindow.Limit)
                {
                    return new ShapeHit(null, at, at, null);
                }

                if (verdict.Skip)
                {
                    at += verdict.End - 1;
                    break;
                }

                if (verdict.IsMatch)
                {
                    return new ShapeHit(rule, at + verdict.Start, at + verdict.End, verdict.More);
                }
            }
        }

        var clean = final ? text.Length : Math.Max(from, text.Length - KeyLength + 1);
        return new ShapeHit(null, clean, clean, null);
    }

    /// <summary>How many of the bytes after a hit still belong to it.</summary>
    public static int Swallow(ShapeHit hit, ReadOnlySpan<byte> rest, bool final, out bool done)
    {
        if (hit.Rule is PemRule)
        {
            return PemRule.Swallow(rest, final, out done);
        }

        var length = hit.More is null ? 0 : rest.IndexOfAnyExcept(hit.More);
        done = length >= 0 || final;
        return length < 0 ? rest.Length : length;
    }

    private static uint Key(ReadOnlySpan<byte> text) => Lower(text[0]) | (Lower(text[1]) << 8) | (Lower(text[2]) << 16);

    // Maps some punctuation together as well, which costs a look-up and nothing else.
    private static uint Lower(byte value) => (uint)(value | 0x20);

    private static uint Bit(uint key) => unchecked(key * 0x9E3779B1U) >> 16;
}

/// <summary>A shape in a text.</summary>
/// <param name="Rule">The rule; <c>null</c> when there is none.</param>
/// <param name="Start">The first byte; without a rule, everything before it is clean.</param>
/// <param name="End">The byte after what was verified; <see cref="ShapeScanner.Swallow"/> says whether it goes on.</param>
/// <param name="More">The bytes over which it goes on.</param>
internal readonly record struct ShapeHit(ShapeRule? Rule, int Start, int End, System.Buffers.SearchValues<byte>? More);
