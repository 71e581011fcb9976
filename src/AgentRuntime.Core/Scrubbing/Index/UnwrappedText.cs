using AgentRuntime.Json;

namespace AgentRuntime.Scrubbing.Index;

/// <summary>
/// A text without its single line breaks, so that a form that was wrapped into lines, as base64 is, stands in one piece; and the way back to the
/// places of the original.
/// </summary>
/// <remarks>
/// A line feed, a carriage return, or both together are taken out; more of them in a row end a paragraph and keep what is around them apart. What is
/// taken out between two bytes depends on nothing else, so the result does not depend on how a stream was cut.
/// </remarks>
internal sealed class UnwrappedText : IDisposable
{
    /// <summary>How many times as long as its form a wrapped form is at most: one byte in each line.</summary>
    public const int LongestStretch = 1 + LongestBreak;

    private const int LongestBreak = 2;
    private const byte Apart = 0xff;

    private readonly PooledBuffer _text;
    private readonly List<(int At, int Removed)> _breaks = [];
    private readonly int _from;

    private UnwrappedText(ReadOnlySpan<byte> text, int from, int firstBreak)
    {
        _text = new PooledBuffer(text.Length - from);
        _from = from;
        var removed = 0;
        var at = from;
        for (var next = firstBreak; next >= 0;)
        {
            Put(text[at..(at + next)]);
            at += next;
            var length = text[at..].IndexOfAnyExcept((byte)'\r', (byte)'\n');
            length = length < 0 ? text.Length - at : length;
            if (length > LongestBreak)
            {
                Put([Apart]);
                removed--;
            }

            removed += length;
            _breaks.Add((_text.Length, removed));
            at += length;
            next = text[at..].IndexOfAny((byte)'\r', (byte)'\n');
        }

        Put(text[at..]);
    }

    public ReadOnlySpan<byte> Span => _text.Span;

    /// <summary>The text from a place on, or <c>null</c> when it has no line break.</summary>
    public static UnwrappedText? Of(ReadOnlySpan<byte> text, int from)
    {
        var first = text[from..].IndexOfAny((byte)'\r', (byte)'\n');
        return first < 0 ? null : new UnwrappedText(text, from, first);
    }

    /// <summary>Where the byte at <paramref name="place"/> stands in the original.</summary>
    public int Original(int place)
    {
        var low = 0;
        var high = _breaks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_breaks[middle].At <= place)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return _from + place + (low == 0 ? 0 : _breaks[low - 1].Removed);
    }

    public void Dispose() => _text.Dispose();

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_text.GetSpan(bytes.Length));
        _text.Advance(bytes.Length);
    }
}
