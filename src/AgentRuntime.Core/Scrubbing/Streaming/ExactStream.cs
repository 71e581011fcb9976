using System.Buffers;
using System.Text;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Index;

namespace AgentRuntime.Scrubbing.Streaming;

/// <summary>
/// The exact layer. The canonical output: every match of the index, matches that overlap or touch merged, each merged run replaced by its label.
/// </summary>
/// <remarks>
/// Everything that begins before the limit (the end of what is known, less the longest match) is decided; later bytes are held back and looked at again
/// with the next chunk. So the output does not depend on the chunks. The index is read anew at each write. Not thread-safe.
/// </remarks>
internal sealed class ExactStream(Func<SecretIndex> index, RedactionCounter counter) : IDisposable
{
    private readonly PooledBuffer _held = new();
    private readonly MatchRun _run = new();
    private int _from;

    /// <summary>Takes a chunk.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        _held.Write(chunk);
        var current = index();
        var limit = _held.Length - current.MaxMatch;
        if (limit > _from)
        {
            Decide(current, limit, output);
        }
    }

    /// <summary>Ends the stream.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        Decide(index(), _held.Length, output, final: true);
        _held.Clear();
        _from = 0;
    }

    /// <summary>Redacts a whole text with the matches that were found in it.</summary>
    public static void Redact(SecretIndex index, ReadOnlySpan<byte> text, List<ExactMatch> matches, RedactionCounter counter, IBufferWriter<byte> output)
    {
        var run = new MatchRun();
        Replace(index, text, 0, text.Length, final: true, matches, run, counter, output);
    }

    public void Dispose() => _held.Dispose();

    private void Decide(SecretIndex current, int limit, IBufferWriter<byte> output, bool final = false)
    {
        ReadOnlySpan<byte> text = _held.Span;
        List<ExactMatch>? matches = null;
        current.Find(text, _from, ref matches);
        Replace(current, text, _from, limit, final, matches ?? [], _run, counter, output);
        if (!final)
        {
            // One decided byte stays as the neighbour of what follows.
            _held.Drop(limit - 1);
            _run.End -= limit - 1;
            _from = 1;
        }
    }

    private static void Replace(SecretIndex index, ReadOnlySpan<byte> text, int from, int limit, bool final, List<ExactMatch> matches, MatchRun run, RedactionCounter counter, IBufferWriter<byte> output)
    {
        matches.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        var written = from;
        foreach (var match in matches)
        {
            if (match.Start >= limit)
            {
                break;
            }

            if (run.IsOpen && match.Start > run.End)
            {
                written = Close(index, run, counter, output);
            }

            if (!run.IsOpen)
            {
                output.Write(text[written..match.Start]);
            }

            run.Add(match, limit);
        }

        if (run.IsOpen && (final || run.End < limit))
        {
            written = Close(index, run, counter, output);
        }

        if (!run.IsOpen && written < limit)
        {
            output.Write(text[written..limit]);
        }
    }

    private static int Close(SecretIndex index, MatchRun run, RedactionCounter counter, IBufferWriter<byte> output)
    {
        var end = run.End;
        var label = index.Labels[run.Close()];
        counter.Add(label);
        Encoding.UTF8.GetBytes(label, output);
        return end;
    }
}
