using System.Buffers;
using System.Security.Cryptography;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>Bytes that may hold a secret: in one pinned array, zeroed when it grows and on dispose. Not thread-safe.</summary>
internal sealed class PinnedBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes;

    public PinnedBuffer(int capacity = 1024) => _bytes = GC.AllocateArray<byte>(capacity, pinned: true);

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write or the end.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private void Reserve(int size)
    {
        if (_bytes.Length - Length >= size)
        {
            return;
        }

        var larger = GC.AllocateArray<byte>(Math.Max(_bytes.Length * 2, Length + size), pinned: true);
        _bytes.AsSpan(0, Length).CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
