namespace AgentRuntime.Json;

/// <summary>Turns byte offsets into lines and columns; finds the line starts when first asked.</summary>
internal sealed class LineMap(ReadOnlyMemory<byte> utf8)
{
    private readonly Lazy<List<int>> _starts = new(() => FindStarts(utf8.Span));

    /// <summary>Line and column, both from 1; the column counts characters, not bytes.</summary>
    public (int Line, int Column) At(int offset)
    {
        var starts = _starts.Value;
        offset = Math.Clamp(offset, 0, utf8.Length);
        var line = starts.BinarySearch(offset);
        line = line < 0 ? ~line - 1 : line;
        var column = 1;
        foreach (var b in utf8.Span[starts[line]..offset])
        {
            column += (b & 0xC0) == 0x80 ? 0 : 1;
        }

        return (line + 1, column);
    }

    /// <summary>The byte offset of a place that System.Text.Json reports: a line from 0 and bytes in it.</summary>
    public int Offset(long line, long bytesInLine)
    {
        var starts = _starts.Value;
        return (int)Math.Min(starts[(int)Math.Min(line, starts.Count - 1)] + bytesInLine, utf8.Length);
    }

    private static List<int> FindStarts(ReadOnlySpan<byte> bytes)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'\n')
            {
                starts.Add(i + 1);
            }
        }

        return starts;
    }
}
