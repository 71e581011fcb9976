using System.Security.Cryptography;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Bytes that may hold a value: the garbage collector never copies them, and they are zeroed when the buffer grows or ends. Not thread-safe.</summary>
internal sealed class PinnedBuffer(int capacity = 256) : IDisposable
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    /// <summary>How much is written.</summary>
    public int Length { get; private set; }

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What is written; valid until the buffer grows or ends.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length).Span);
        Advance(bytes.Length);
    }

    /// <summary>Room for more bytes, at least as many as asked for.</summary>
    public Memory<byte> Reserve(int more)
    {
        if (_bytes.Length - Length < more)
        {
            var grown = GC.AllocateUninitializedArray<byte>(Math.Max(_bytes.Length * 2, Length + more), pinned: true);
            Written.CopyTo(grown);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = grown;
        }

        return _bytes.AsMemory(Length);
    }

    /// <summary>Counts bytes that were put into what <see cref="Reserve"/> gave.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Zeroes everything. Idempotent.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        Length = 0;
    }
}
