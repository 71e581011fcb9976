using System.Buffers;
using AgentRuntime.Scrubbing.Index;

namespace AgentRuntime.Scrubbing.Streaming;

/// <summary>One logical stream through both layers. Not thread-safe. Its buffers go back at the end of the stream.</summary>
internal sealed class StreamScrubber(Func<SecretIndex> index, ScrubberOptions options) : IStreamScrubber, IDisposable
{
    private readonly RedactionCounter _counter = new(options.OnRedaction);
    private ExactStream? _exact;

    private ExactStream Exact => _exact ??= new ExactStream(index, _counter);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        Exact.Write(chunk, output);
        _counter.Report();
    }

    /// <inheritdoc/>
    public void Complete(IBufferWriter<byte> output)
    {
        Exact.Complete(output);
        _counter.Report();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exact?.Dispose();
        _exact = null;
    }
}
