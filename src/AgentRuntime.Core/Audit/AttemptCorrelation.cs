using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Names;

namespace AgentRuntime.Audit;

/// <summary>The id by which one attempt of one step is known in the log of a secret manager that takes a correlation id from its caller.</summary>
/// <remarks>
/// Derived, so that whoever has the audit record can compute it again: a UUID of version 8 (RFC 9562, section 5.8) from SHA-256 over a fixed prefix,
/// and run, step path and attempt, each text after its length. Frozen: logs outlive releases. It proves nothing by itself, because whoever may read a
/// secret may also send any correlation id.
/// </remarks>
public static class AttemptCorrelation
{
    private static ReadOnlySpan<byte> Prefix => "agentruntime/attempt/v1"u8;

    /// <summary>The id of an attempt.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step, with its way through loops.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="attempt"/> is less than 1.</exception>
    public static Guid Of(RunId run, StepPath step, int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Prefix);
        Append(hash, run.ToString());
        Append(hash, step.ToString());
        Append(hash, attempt);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)((digest[6] & 0x0f) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3f) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Append(hash, utf8.Length);
        hash.AppendData(utf8);
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
