using System.Security.Cryptography;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>A window over a stream that grows up to a limit. Zeroed at the end: a log may be configured to hold values in clear.</summary>
internal sealed class LogBuffer(Stream source, int limit) : IDisposable
{
    private byte[] _bytes = new byte[Math.Min(limit, 64 * 1024)];
    private int _start;
    private int _end;

    /// <summary>What is read and not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Whether the limit is reached without room for more.</summary>
    public bool IsFull => _end - _start >= limit;

    /// <summary>The first bytes of what is not consumed.</summary>
    public ReadOnlyMemory<byte> Take(int length) => _bytes.AsMemory(_start, length);

    /// <summary>Consumes bytes.</summary>
    public void Skip(int length) => _start += length;

    /// <summary>Reads more; gives <c>false</c> at the end of the stream. Only while it is not full.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }

        if (_end == _bytes.Length)
        {
            Grow();
        }

        var read = await source.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private void Grow()
    {
        var larger = new byte[(int)Math.Min(limit, 2L * _bytes.Length)];
        _bytes.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
