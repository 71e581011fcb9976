using System.Buffers;
using System.Security.Cryptography;
using AgentRuntime.Scrubbing.Index;

namespace AgentRuntime.Scrubbing.Search;

/// <summary>Searches one stream for matches of an index, with an overlap between chunks. Not thread-safe.</summary>
internal static class StreamSearch
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Calls <paramref name="found"/> for each run of matches with its offset and its longest match in the first chunk of the run.</summary>
    /// <returns>How many bytes were read.</returns>
    public static async Task<long> RunAsync(SecretIndex index, Stream stream, Action<long, IndexedForm> found, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes + index.MaxMatch + 1);
        try
        {
            var length = 0;
            var from = 0;
            var origin = 0L;
            var runEnd = -1L;
            while (true)
            {
                var read = await stream.ReadAtLeastAsync(buffer.AsMemory(length, buffer.Length - length), buffer.Length - length, throwOnEndOfStream: false, cancellationToken);
                length += read;
                var final = length < buffer.Length;
                var limit = final ? length : length - index.MaxMatch;
                runEnd = Report(index, buffer.AsSpan(0, length), from, limit, origin, runEnd, found);
                if (final)
                {
                    return origin + length;
                }

                var keep = length - (limit - 1);
                buffer.AsSpan(limit - 1, keep).CopyTo(buffer);
                origin += limit - 1;
                length = keep;
                from = 1;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Report(SecretIndex index, ReadOnlySpan<byte> text, int from, int limit, long origin, long runEnd, Action<long, IndexedForm> found)
    {
        List<ExactMatch>? matches = null;
        index.Find(text, from, ref matches);
        if (matches is null)
        {
            return runEnd;
        }

        matches.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        ExactMatch? best = null;
        var start = 0L;
        foreach (var match in matches)
        {
            if (match.Start >= limit)
            {
                break;
            }

            if (origin + match.Start > runEnd)
            {
                Tell();
                start = origin + match.Start;
                best = match;
            }
            else if (best is { } other && match.End - match.Start > other.End - other.Start)
            {
                best = match;
            }

            runEnd = Math.Max(runEnd, origin + match.End);
        }

        Tell();
        return runEnd;

        void Tell()
        {
            if (best is { } known)
            {
                found(start, known.Form);
            }
        }
    }
}
