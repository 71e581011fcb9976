using System.Buffers;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>What a rule sees of the text: at most <see cref="Limit"/> bytes from the anchor on, and the byte before it.</summary>
internal ref struct ShapeWindow(ReadOnlySpan<byte> text, byte before)
{
    /// <summary>The most that a decision may look at, so that a stream holds back no more.</summary>
    public const int Limit = 4096;

    public ReadOnlySpan<byte> Text { get; } = text.Length > Limit ? text[..Limit] : text;

    /// <summary>The byte before the anchor; 0 at the beginning of the text.</summary>
    public byte Before { get; } = before;

    /// <summary>Whether the end of the window had a part in the decision: a stream must then wait for more.</summary>
    public bool Touched { get; private set; }

    /// <summary>The byte at a place; 0 after the end.</summary>
    public byte At(int index)
    {
        if (index < Text.Length)
        {
            return Text[index];
        }

        Touched = true;
        return 0;
    }

    /// <summary>The end of the run of these bytes that begins at <paramref name="from"/>.</summary>
    public int RunEnd(int from, SearchValues<byte> set)
    {
        if (from >= Text.Length)
        {
            Touched = true;
            return Text.Length;
        }

        var length = Text[from..].IndexOfAnyExcept(set);
        Touched |= length < 0;
        return length < 0 ? Text.Length : from + length;
    }

    /// <summary>Whether this text (ASCII) stands at a place.</summary>
    public bool HasAt(int from, ReadOnlySpan<byte> expected, bool ignoreCase = false)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var actual = At(from + i);
            if (actual != expected[i] && !(ignoreCase && Lower(actual) == expected[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
