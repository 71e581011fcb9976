using System.Buffers;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>A well-known prefix and a run of characters.</summary>
internal sealed class TokenRule(string kind, string prefix, SearchValues<byte> alphabet, int min, int exact = 0, bool boundary = false, bool mixed = false, int skip = 0)
    : ShapeRule(kind, prefix)
{
    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        if (boundary && IsWord(window.Before))
        {
            return ShapeVerdict.No;
        }

        // Part of the anchor may already be of the variable part (a one-letter prefix is anchored with its next character).
        var from = Anchor.Length - skip;
        var end = window.RunEnd(from, alphabet);
        var run = end - from;
        var fits = exact > 0 ? run == exact : run >= min;
        return fits && (!mixed || ValueTests.IsMixed(window.Text[from..end])) ? new ShapeVerdict(0, end, alphabet) : ShapeVerdict.No;
    }
}
