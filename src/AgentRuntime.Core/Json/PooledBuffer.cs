using System.Buffers;
using System.Security.Cryptography;

namespace AgentRuntime.Json;

/// <summary>A growing buffer on pooled arrays; every array is zeroed before it goes back to the pool. Not thread-safe.</summary>
internal sealed class PooledBuffer(int capacity = 256) : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public Span<byte> Span => _array.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(_start, _end - _start);

    public void Advance(int count) => _end += count;

    /// <summary>Drops bytes from the front.</summary>
    public void Drop(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }
    }

    public void Clear() => Drop(Length);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _array.AsSpan(_end);
    }

    public void Dispose()
    {
        Return(_array, _end);
        _array = [];
        _start = 0;
        _end = 0;
    }

    private static void Return(byte[] array, int used)
    {
        if (array.Length > 0)
        {
            CryptographicOperations.ZeroMemory(array.AsSpan(0, Math.Max(used, 0)));
            ArrayPool<byte>.Shared.Return(array, clearArray: array.Length <= 4096);
        }
    }

    private void Reserve(int count)
    {
        if (_array.Length - _end >= count)
        {
            return;
        }

        var length = Length;
        var next = ArrayPool<byte>.Shared.Rent(Math.Max(checked(length + count), Math.Min(Array.MaxLength, length < 1 << 29 ? length * 2 : Array.MaxLength)));
        Span.CopyTo(next);
        Return(_array, _array.Length);
        _array = next;
        _start = 0;
        _end = length;
    }
}
