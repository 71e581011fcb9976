using System.Security.Cryptography;

namespace AgentRuntime.Names;

/// <summary>The one source of ids: 48 bits of milliseconds, then 80 random bits, in Crockford base 32 (the layout of a ULID).</summary>
/// <remarks>Thread-safe. Tests pass their own random source and clock.</remarks>
public class IdGenerator(TimeProvider time)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A new id of a run.</summary>
    public RunId NewRunId() => new($"run_{NewId()}");

    /// <summary>A new id of an audit entry.</summary>
    public string NewAuditId() => $"aud_{NewId()}";

    /// <summary>A new id of a lease.</summary>
    public string NewLeaseId() => $"lease_{NewId()}";

    /// <summary>A new id of a workspace or of anything else without a kind of its own.</summary>
    public string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
        {
            bytes[i] = (byte)((milliseconds >> (40 - (8 * i))) & 0xff);
        }

        FillRandom(bytes[6..]);
        var bits = new UInt128(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes), System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return string.Create(26, bits, static (span, value) =>
        {
            for (var i = span.Length - 1; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(value & 31)];
                value >>= 5;
            }
        });
    }

    /// <summary>Fills with random bytes; overridden by tests.</summary>
    protected virtual void FillRandom(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
