using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Secrets;

namespace AgentRuntime.Scrubbing.Index;

/// <summary>Which version of a credential, and with which values: a store that was restored, or counts anew, may give other values under an old name.</summary>
internal readonly struct KnownMaterial : IEquatable<KnownMaterial>
{
    private readonly SecretRef _reference;
    private readonly UInt128 _digest;

    private KnownMaterial(SecretRef reference, UInt128 digest)
    {
        _reference = reference;
        _digest = digest;
    }

    public static KnownMaterial Of(SecretMaterial material)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var (name, value) in material.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            var text = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            hash.AppendData(length);
            hash.AppendData(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
            hash.AppendData(length);
#pragma warning disable RS0030 // The scrubber must tell values apart to know each of them; the digest stays inside the index and is never printed.
            hash.AppendData(value.RevealBytes());
#pragma warning restore RS0030
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new KnownMaterial(material.Reference, BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }

    public bool Equals(KnownMaterial other) => _reference == other._reference && _digest == other._digest;

    public override bool Equals(object? obj) => obj is KnownMaterial other && Equals(other);

    public override int GetHashCode() => _reference.GetHashCode();

    /// <summary>Never the digest: a hash of a secret tells about the secret.</summary>
    public override string ToString() => _reference.ToString();
}
