using System.Buffers;
using System.Text;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Shapes;

namespace AgentRuntime.Scrubbing.Streaming;

/// <summary>
/// The shape layer, after the exact layer. The canonical output: from left to right, the first rule that fits at the first place, decided on at most
/// <see cref="ShapeWindow.Limit"/> bytes; the match then goes on over all bytes of its alphabet. Only undecided bytes are held back.
/// </summary>
internal sealed class ShapeStream(byte[] key, RedactionCounter counter) : IDisposable
{
    private readonly PooledBuffer _held = new();
    private int _from;
    private ShapeHit? _open;

    /// <summary>Takes a chunk.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        _held.Write(chunk);
        Decide(final: false, output);
    }

    /// <summary>Ends the stream.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        Decide(final: true, output);
        _held.Clear();
        _from = 0;
        _open = null;
    }

    public void Dispose() => _held.Dispose();

    /// <summary>The layer over one text; <c>null</c> when it is clean.</summary>
    public static PooledBuffer? Redact(ReadOnlySpan<byte> text, byte[] key, RedactionCounter counter)
    {
        if (ShapeScanner.Default.Next(text, 0, final: true).Rule is null)
        {
            return null;
        }

        using var stream = new ShapeStream(key, counter);
        var output = new PooledBuffer(text.Length + 64);
        stream.Write(text, output);
        stream.Complete(output);
        return output;
    }

    private void Decide(bool final, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> text = _held.Span;
        var at = _from;
        while (true)
        {
            if (_open is { } open)
            {
                at += ShapeScanner.Swallow(open, text[at..], final, out var done);
                if (!done)
                {
                    break;
                }

                _open = null;
            }

            var hit = ShapeScanner.Default.Next(text, at, final);
            output.Write(text[at..hit.Start]);
            at = hit.Start;
            if (hit.Rule is null)
            {
                break;
            }

            var label = Fingerprint.Label(hit.Rule.Kind, text[hit.Start..hit.End], key);
            counter.Add(label);
            Encoding.UTF8.GetBytes(label, output);
            at = hit.End;
            _open = hit;
        }

        if (!final && at > 0)
        {
            // One decided byte stays as the neighbour of what follows.
            _held.Drop(at - 1);
            _from = 1;
        }
    }
}
