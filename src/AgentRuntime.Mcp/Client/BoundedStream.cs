namespace AgentRuntime.Mcp.Client;

/// <summary>An answer's body that ends in an error, or just ends, after so many bytes. Notes on the call what went wrong.</summary>
internal sealed class BoundedStream(Stream inner, long limit, bool truncate, CallScope? scope) : Stream
{
    private long _left = limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || (truncate && _left == 0))
        {
            return 0;
        }

        try
        {
            // One byte more than allowed tells an answer of exactly the limit from one that is too large.
            var wanted = (int)Math.Min(buffer.Length, truncate ? _left : _left + 1);
            return Count(await inner.ReadAsync(buffer[..wanted], cancellationToken));
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            scope?.AnswerBroken = true;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        if (read > _left)
        {
            scope?.ResultTooLarge = true;
            throw new AnswerTooLargeException();
        }

        _left -= read;
        return read;
    }
}
