using System.Buffers;
using AgentRuntime.Json;

namespace AgentRuntime.Scrubbing;

/// <summary>Copies a stream through a scrubber, in bounded memory whatever the length of a line.</summary>
public static class ScrubbingStream
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Copies to the end. What is decided after each read is written and flushed, so a pipe stays live.</summary>
    /// <returns>How many bytes were read.</returns>
    public static async Task<long> CopyAsync(IScrubber scrubber, Stream source, Stream target, CancellationToken cancellationToken)
    {
        var scrubbing = scrubber.OpenStream();
        using var output = new PooledBuffer(ChunkBytes);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var total = 0L;
        try
        {
            for (int read; (read = await source.ReadAsync(chunk.AsMemory(0, ChunkBytes), cancellationToken)) > 0; total += read)
            {
                scrubbing.Write(chunk.AsSpan(0, read), output);
                await FlushAsync(output, target, cancellationToken);
            }

            scrubbing.Complete(output);
            await FlushAsync(output, target, cancellationToken);
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk, clearArray: true);
        }
    }

    private static async ValueTask FlushAsync(PooledBuffer output, Stream target, CancellationToken cancellationToken)
    {
        if (output.Length > 0)
        {
            await target.WriteAsync(output.Memory, cancellationToken);
            await target.FlushAsync(cancellationToken);
            output.Clear();
        }
    }
}
