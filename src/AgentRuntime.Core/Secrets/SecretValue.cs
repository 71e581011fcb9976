using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace AgentRuntime.Secrets;

/// <summary>One secret value: bytes that cannot be printed, serialised or compared by accident.</summary>
/// <remarks>
/// The bytes live in one pinned array that the garbage collector never copies, and are zeroed by <see cref="Dispose"/>.
/// Thread-safe for reading; a reveal after disposal throws <see cref="ObjectDisposedException"/>.
/// <c>RevealBytes</c> and <c>RevealString</c> are banned symbols: each transport lifts the ban on one line.
/// </remarks>
[DebuggerDisplay("[secret]")]
[JsonConverter(typeof(SecretValueJsonConverter))]
public sealed class SecretValue : IDisposable
{
    private byte[]? _bytes;

    private SecretValue(byte[] pinned) => _bytes = pinned;

    /// <summary>The length in bytes.</summary>
    public int Length => Bytes.Length;

    private byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(SecretValue), "The lease of this value has ended.");

    /// <summary>Copies the bytes in; the caller zeroes its own copy.</summary>
    public static SecretValue Copy(ReadOnlySpan<byte> bytes)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return new SecretValue(pinned);
    }

    /// <summary>Copies the UTF-8 form of <paramref name="text"/> in, without a managed copy in between.</summary>
    public static SecretValue CopyUtf8(ReadOnlySpan<char> text)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text), pinned: true);
        Encoding.UTF8.GetBytes(text, pinned);
        return new SecretValue(pinned);
    }

    /// <summary>An independent copy with a lifetime of its own.</summary>
    public SecretValue Duplicate() => Copy(Bytes);

    /// <summary>The bytes. Banned outside a transport line; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> RevealBytes() => Bytes;

    /// <summary>The UTF-8 text as a managed string, which cannot be zeroed. Banned outside a transport line that must have a string.</summary>
    public string RevealString() => Encoding.UTF8.GetString(Bytes);

    /// <summary>Compares in a time that depends on the lengths only.</summary>
    public bool FixedTimeEquals(SecretValue other) => CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    /// <summary>Never the value.</summary>
    public override string ToString() => "[secret]";

    /// <summary>Not supported: use <see cref="FixedTimeEquals"/>.</summary>
    public override bool Equals(object? obj) => throw new NotSupportedException("Secrets are compared with FixedTimeEquals only.");

    /// <summary>Not supported: a hash of a secret tells about the secret.</summary>
    public override int GetHashCode() => throw new NotSupportedException("A secret has no hash code.");

    /// <summary>Zeroes the bytes. Idempotent.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
