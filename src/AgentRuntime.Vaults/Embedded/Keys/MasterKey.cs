using System.Security.Cryptography;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>The key that wraps all data keys, in a pinned buffer that is zeroed on dispose. Not thread-safe.</summary>
internal sealed class MasterKey : IDisposable
{
    private readonly byte[] _bytes;
    private readonly AesGcm _aes;

    /// <summary>Takes over <paramref name="pinned"/>, which holds <see cref="Seal.KeySize"/> bytes.</summary>
    public MasterKey(byte[] pinned)
    {
        _bytes = pinned;
        _aes = new AesGcm(pinned, Seal.TagSize);
    }

    /// <summary>For the writer of a key file and for comparing two keys.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public static byte[] NewBuffer() => GC.AllocateArray<byte>(Seal.KeySize, pinned: true);

    public static MasterKey NewRandom()
    {
        var bytes = NewBuffer();
        RandomNumberGenerator.Fill(bytes);
        return new MasterKey(bytes);
    }

    public byte[] Wrap(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound) => Seal.Close(_aes, plain, bound);

    public bool TryUnwrap(ReadOnlySpan<byte> wrapped, Span<byte> plain, ReadOnlySpan<byte> bound) => Seal.TryOpen(_aes, wrapped, plain, bound);

    public void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
