using System.Security.Cryptography;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>Tells two redacted values apart without telling anything about them: the head of an HMAC-SHA256 under a key of the installation.</summary>
internal static class Fingerprint
{
    /// <summary>The length in hex digits.</summary>
    public const int Length = 12;

    /// <summary>The label of a shape. Of a very long value only the first <see cref="ShapeWindow.Limit"/> bytes count.</summary>
    public static string Label(string kind, ReadOnlySpan<byte> value, byte[] key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, value, hash);
        return $"[redacted:shape:{kind}:{Convert.ToHexStringLower(hash[..(Length / 2)])}]";
    }
}
