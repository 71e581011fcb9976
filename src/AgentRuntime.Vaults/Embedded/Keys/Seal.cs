using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>AES-256-GCM (NIST SP 800-38D): one byte of form, 12 random bytes of nonce, 16 bytes of tag, then the ciphertext.</summary>
internal static class Seal
{
    public const int KeySize = 32;
    public const int TagSize = 16;
    public const int Overhead = 1 + NonceSize + TagSize;
    private const int NonceSize = 12;
    private const byte Form = 1;

    /// <summary>Seals, with a fresh nonce.</summary>
    public static byte[] Close(AesGcm key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var sealedBytes = new byte[Overhead + plain.Length];
        var output = sealedBytes.AsSpan();
        output[0] = Form;
        RandomNumberGenerator.Fill(output.Slice(1, NonceSize));
        key.Encrypt(output.Slice(1, NonceSize), plain, output[Overhead..], output.Slice(1 + NonceSize, TagSize), bound);
        return sealedBytes;
    }

    /// <summary>Opens into <paramref name="plain"/>, whose length must be <see cref="PlainSize"/>. False, and nothing written, when any bit differs.</summary>
    public static bool TryOpen(AesGcm key, ReadOnlySpan<byte> sealedBytes, Span<byte> plain, ReadOnlySpan<byte> bound)
    {
        if (sealedBytes.Length != Overhead + plain.Length || sealedBytes[0] != Form)
        {
            return false;
        }

        try
        {
            key.Decrypt(sealedBytes.Slice(1, NonceSize), sealedBytes[Overhead..], sealedBytes.Slice(1 + NonceSize, TagSize), plain, bound);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>The length of what a seal holds; negative if it is no seal.</summary>
    public static int PlainSize(ReadOnlySpan<byte> sealedBytes) => sealedBytes.Length - Overhead;

    /// <summary>Associated data: the parts, each with its length before it, so that no two lists give the same bytes.</summary>
    public static byte[] Bind(params ReadOnlySpan<string> parts)
    {
        var size = 0;
        foreach (var part in parts)
        {
            size += sizeof(int) + Encoding.UTF8.GetByteCount(part);
        }

        var bytes = new byte[size];
        var rest = bytes.AsSpan();
        foreach (var part in parts)
        {
            var written = Encoding.UTF8.GetBytes(part, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(rest, written);
            rest = rest[(sizeof(int) + written)..];
        }

        return bytes;
    }
}
