using System.Buffers;

namespace AgentRuntime.Mcp.Processes;

/// <summary>Reads lines of bytes and never holds more than the limit of a line.</summary>
/// <remarks>A longer line is passed over byte by byte and reported with the id it carries. Not thread-safe.</remarks>
internal sealed class BoundedLineReader(Stream stream)
{
    private const int ChunkBytes = 16 * 1024;
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private ArrayBufferWriter<byte> _line = new();
    private int _start;
    private int _end;

    /// <summary>One line, without its line feed.</summary>
    /// <param name="Content">The line; valid until the next read. Empty when too long.</param>
    /// <param name="TooLong">Whether it was longer than the limit.</param>
    /// <param name="Id">The JSON-RPC id in a line that was too long, if it had one.</param>
    public readonly record struct Line(ReadOnlyMemory<byte> Content, bool TooLong, long? Id);

    /// <summary>The next line, or <c>null</c> at the end. <paramref name="limit"/> is asked as the line grows, in bytes.</summary>
    public async ValueTask<Line?> ReadAsync(Func<int> limit, CancellationToken cancellationToken)
    {
        ResetLine();
        TopLevelIdScanner? passedOver = null;
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await stream.ReadAsync(_chunk, cancellationToken);
                if (_end == 0)
                {
                    return _line.WrittenCount > 0 && passedOver is null ? new Line(_line.WrittenMemory, false, null) : null;
                }
            }

            var available = _chunk.AsSpan(_start, _end - _start);
            var feed = available.IndexOf((byte)'\n');
            var part = feed < 0 ? available : available[..feed];
            if (passedOver is null && (long)_line.WrittenCount + part.Length > limit())
            {
                passedOver = new TopLevelIdScanner();
                passedOver.Feed(_line.WrittenSpan);
                _line = new ArrayBufferWriter<byte>();
            }

            if (passedOver is null)
            {
                _line.Write(part);
            }
            else
            {
                passedOver.Feed(part);
            }

            _start += feed < 0 ? part.Length : part.Length + 1;
            if (feed >= 0)
            {
                return passedOver is null ? new Line(_line.WrittenMemory, false, null) : new Line(default, true, passedOver.Id);
            }
        }
    }

    private void ResetLine()
    {
        // One large answer must not keep its buffer for the life of the process.
        if (_line.Capacity > 1024 * 1024)
        {
            _line = new ArrayBufferWriter<byte>();
        }
        else
        {
            _line.ResetWrittenCount();
        }
    }
}
