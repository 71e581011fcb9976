using System.Buffers;

namespace AgentRuntime.Workflows.Templates;

/// <summary>A growing buffer from the shared pool. Cleared when given back, because it held results. Not thread-safe.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(512);
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public void Dispose() => GiveBack(Interlocked.Exchange(ref _bytes, []), _length);

    private static void GiveBack(byte[] bytes, int used)
    {
        if (bytes.Length > 0)
        {
            bytes.AsSpan(0, used).Clear();
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Reserve(int sizeHint)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length >= wanted)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + wanted), _bytes.Length * 2));
        Written.CopyTo(larger);
        GiveBack(_bytes, _length);
        _bytes = larger;
    }
}
