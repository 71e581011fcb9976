namespace AgentRuntime.Scrubbing.Index;

/// <summary>One encoded form of one value.</summary>
/// <param name="Bytes">The form, 4 bytes or more.</param>
/// <param name="Label">The place of its label in the index.</param>
/// <param name="MinMatch">The shortest piece of it that is redacted; the whole length when only the whole counts.</param>
/// <param name="Boundary">What must stand around it; not <see cref="Boundary.None"/> only when the whole counts.</param>
/// <param name="Encoding">How the value is written in it, for findings.</param>
internal sealed record IndexedForm(byte[] Bytes, int Label, int MinMatch, Boundary Boundary, string Encoding)
{
    /// <summary>Whether the form is found through the 8-byte grams; shorter matches are found by their first four bytes.</summary>
    public bool IsLong => MinMatch >= SecretIndex.LongMatch;

    /// <summary>Whether the bytes around the place fit. The ends of the text fit every boundary but quotes.</summary>
    public bool FitsAt(ReadOnlySpan<byte> text, int start, int end)
    {
        if (Boundary == Boundary.None)
        {
            return true;
        }

        var before = start > 0 ? text[start - 1] : (byte)0;
        var after = end < text.Length ? text[end] : (byte)0;
        return Boundary == Boundary.Word
            ? !char.IsAsciiLetterOrDigit((char)before) && !char.IsAsciiLetterOrDigit((char)after)
            : (before == after && before is (byte)'"' or (byte)'\'' or (byte)'`' && before == after)
                || (before == (byte)'"' && after == (byte)'\\')
                || (before == (byte)':' && after == (byte)'@');
    }
}
