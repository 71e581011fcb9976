using System.Buffers;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Index;

namespace AgentRuntime.Scrubbing.Streaming;

/// <summary>One logical stream through both layers. Not thread-safe. Its buffers go back at the end of the stream.</summary>
internal sealed class StreamScrubber : IStreamScrubber, IDisposable
{
    private readonly RedactionCounter _counter;
    private readonly ExactStream _exact;
    private readonly ShapeStream? _shapes;
    private readonly PooledBuffer _between = new();

    public StreamScrubber(Func<SecretIndex> index, ScrubberOptions options, byte[] key)
    {
        _counter = new RedactionCounter(options.OnRedaction);
        _exact = new ExactStream(index, _counter);
        _shapes = options.Shapes ? new ShapeStream(key, _counter) : null;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        _exact.Write(chunk, _shapes is null ? output : _between);
        if (_shapes is not null)
        {
            _shapes.Write(_between.Span, output);
            _between.Clear();
        }

        _counter.Report();
    }

    /// <inheritdoc/>
    public void Complete(IBufferWriter<byte> output)
    {
        _exact.Complete(_shapes is null ? output : _between);
        if (_shapes is not null)
        {
            _shapes.Write(_between.Span, output);
            _shapes.Complete(output);
        }

        _counter.Report();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exact.Dispose();
        _shapes?.Dispose();
        _between.Dispose();
    }
}
