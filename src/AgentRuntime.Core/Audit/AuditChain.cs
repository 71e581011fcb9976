using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentRuntime.Audit;

/// <summary>The hash chain over audit entries: every entry carries the hash of the one before it.</summary>
/// <remarks>
/// The stored and exported form of an entry is one canonical line of ASCII JSON (see <see cref="AuditEntryJson"/>). Its hash is SHA-256, in lower hex,
/// over exactly that line without its last member <c>hash</c>; the member <c>previous_hash</c> is inside what is hashed.
/// So <c>sed 's/,"hash":"[0-9a-f]*"}$/}/' | tr -d '\n' | sha256sum</c> computes it without this program.
/// </remarks>
public static class AuditChain
{
    /// <summary>The length of a hash in hex digits.</summary>
    public const int HashLength = 64;

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The previous hash of the first entry: 64 zeros.</summary>
    public static string Origin { get; } = new('0', HashLength);

    private static ReadOnlySpan<byte> HashMember => ",\"hash\":\""u8;

    /// <summary>Does the part of the work that needs no place in the chain, so that a writer can do it before it takes its lock.</summary>
    /// <exception cref="ArgumentException">The duration is not a finite number.</exception>
    public static PreparedAudit Prepare(AuditDraft draft) => new(draft, AuditEntryJson.WriteMembers(draft));

    /// <summary>Gives an entry its place: the one after <paramref name="previousHash"/>.</summary>
    /// <param name="prepared">The entry.</param>
    /// <param name="sequence">Its place, from 1.</param>
    /// <param name="previousHash">The hash of the entry before it, or <see cref="Origin"/>.</param>
    public static ChainedAudit Append(PreparedAudit prepared, long sequence, string previousHash)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"sequence\":{sequence},"));
        var tail = Encoding.ASCII.GetBytes($",\"previous_hash\":\"{previousHash}\"");
        var line = new byte[head.Length + prepared.Members.Length + tail.Length + HashMember.Length + HashLength + 2];
        var length = 0;
        Add(head);
        Add(prepared.Members);
        Add(tail);
        line[length] = (byte)'}';
        var hash = Sha256(line.AsSpan(0, length + 1));
        Add(HashMember);
        Add(Encoding.ASCII.GetBytes(hash));
        Add("\"}"u8);
        return new ChainedAudit(new AuditEntry(sequence, prepared.Draft, previousHash, hash), line);

        void Add(ReadOnlySpan<byte> part)
        {
            part.CopyTo(line.AsSpan(length));
            length += part.Length;
        }
    }

    /// <summary>The hash that a canonical line says it has, and the hash that it has. <c>null</c> when the line does not end with one.</summary>
    internal static (string Stated, string Actual)? Hashes(ReadOnlySpan<byte> line)
    {
        var start = line.Length - HashMember.Length - HashLength - 2;
        if (start < 1 || !line[start..].StartsWith(HashMember) || !line.EndsWith("\"}"u8))
        {
            return null;
        }

        var stated = line.Slice(start + HashMember.Length, HashLength);
        if (stated.ContainsAnyExcept(LowerHex))
        {
            return null;
        }

        var hashed = new byte[start + 1];
        line[..start].CopyTo(hashed);
        hashed[start] = (byte)'}';
        return (Encoding.ASCII.GetString(stated), Sha256(hashed));
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>An entry whose members are serialised already; it lacks its place and its hashes.</summary>
public sealed class PreparedAudit
{
    internal PreparedAudit(AuditDraft draft, byte[] members)
    {
        Draft = draft;
        Members = members;
    }

    /// <summary>The entry.</summary>
    public AuditDraft Draft { get; }

    internal byte[] Members { get; }
}

/// <summary>An entry with its place, and the line that is stored and exported.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Line">The canonical line, ASCII, without a line break.</param>
public sealed record ChainedAudit(AuditEntry Entry, ReadOnlyMemory<byte> Line);
