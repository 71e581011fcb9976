using System.Globalization;
using System.Security.Cryptography;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>A version's row. The wrapped data key is bound to all of it, so a changed state, name or number makes the value unreadable.</summary>
internal sealed record VersionRow(string Credential, long Version, SecretVersionState State, long Created, string Fields, byte[]? WrappedKey)
{
    public IReadOnlyList<string> FieldNames => Fields.Split('\n');

    public CredentialVersion Number => new(Version.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A sealed field.</summary>
internal readonly record struct FieldRow(string Name, byte[] Sealed);

/// <summary>Makes and opens what the rows hold. Not thread-safe.</summary>
internal sealed class RowSealer(string storeId, MasterKey master) : IDisposable
{
    private readonly byte[] _dataKey = MasterKey.NewBuffer();
    private byte[] _plain = GC.AllocateUninitializedArray<byte>(4096, pinned: true);

    /// <summary>A copy of the master key; the caller disposes it.</summary>
    public MasterKey CopyMaster()
    {
        var copy = MasterKey.NewBuffer();
        master.Bytes.CopyTo(copy);
        return new MasterKey(copy);
    }

    /// <summary>A seal of the newest version's number.</summary>
    public byte[] SealHead(string credential, long latest) => master.Wrap([], Seal.Bind("head", storeId, credential, Text(latest)));

    public bool HeadIsGenuine(string credential, long latest, byte[] seal) => master.TryUnwrap(seal, [], Seal.Bind("head", storeId, credential, Text(latest)));

    /// <summary>A new data key, wrapped for this row, and the fields sealed with it.</summary>
    public (VersionRow Row, IReadOnlyList<FieldRow> Fields) SealVersion(VersionRow row, IReadOnlyDictionary<string, SecretValue> values)
    {
        RandomNumberGenerator.Fill(_dataKey);
        try
        {
            using var key = new AesGcm(_dataKey, Seal.TagSize);
            var fields = new List<FieldRow>(values.Count);
            foreach (var name in row.FieldNames)
            {
#pragma warning disable RS0030 // The one place where a value goes into the store: straight into the cipher.
                fields.Add(new FieldRow(name, Seal.Close(key, values[name].RevealBytes(), BindField(row, name))));
#pragma warning restore RS0030
            }

            return (row with { WrappedKey = master.Wrap(_dataKey, BindKey(row)) }, fields);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_dataKey);
        }
    }

    /// <summary>Whether every column of the row is as this store wrote it.</summary>
    public bool IsGenuine(VersionRow row) => Rewrap(row, row, master) is not null;

    /// <summary>The row with another state, its data key wrapped again; <c>null</c> if the row is not genuine.</summary>
    public VersionRow? WithState(VersionRow row, SecretVersionState state) => Rewrap(row, row with { State = state }, master);

    /// <summary>The row with its data key wrapped by another master key; <c>null</c> if the row is not genuine.</summary>
    public VersionRow? WithMaster(VersionRow row, MasterKey next) => Rewrap(row, row, next);

    /// <summary>Opens every field; <c>null</c> if anything in the row or its fields is not what was stored.</summary>
    public Dictionary<string, SecretValue>? Open(VersionRow row, IReadOnlyList<FieldRow> fields)
    {
        var opened = new Dictionary<string, SecretValue>(fields.Count, StringComparer.Ordinal);
        try
        {
            if (row.WrappedKey is null || !master.TryUnwrap(row.WrappedKey, _dataKey, BindKey(row)) || !row.FieldNames.SequenceEqual(fields.Select(f => f.Name), StringComparer.Ordinal))
            {
                return null;
            }

            using var key = new AesGcm(_dataKey, Seal.TagSize);
            foreach (var field in fields)
            {
                if (OpenField(key, row, field) is not { } value)
                {
                    Discard(opened);
                    return null;
                }

                opened.Add(field.Name, value);
            }

            return opened;
        }
        catch
        {
            Discard(opened);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_dataKey);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_dataKey);
        CryptographicOperations.ZeroMemory(_plain);
        master.Dispose();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Discard(Dictionary<string, SecretValue> values)
    {
        foreach (var value in values.Values)
        {
            value.Dispose();
        }
    }

    private SecretValue? OpenField(AesGcm key, VersionRow row, FieldRow field)
    {
        var size = Seal.PlainSize(field.Sealed);
        if (size < 0)
        {
            return null;
        }

        if (size > _plain.Length)
        {
            // The old buffer was zeroed after its last use.
            _plain = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        }

        var plain = _plain.AsSpan(0, size);
        try
        {
            return Seal.TryOpen(key, field.Sealed, plain, BindField(row, field.Name)) ? SecretValue.Copy(plain) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private VersionRow? Rewrap(VersionRow from, VersionRow to, MasterKey next)
    {
        try
        {
            return from.WrappedKey is not null && master.TryUnwrap(from.WrappedKey, _dataKey, BindKey(from))
                ? to with { WrappedKey = next.Wrap(_dataKey, BindKey(to)) }
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_dataKey);
        }
    }

    private byte[] BindKey(VersionRow row) =>
        Seal.Bind("data-key", storeId, row.Credential, Text(row.Version), Text((long)row.State), Text(row.Created), row.Fields);

    private byte[] BindField(VersionRow row, string field) => Seal.Bind("field", storeId, row.Credential, Text(row.Version), field);
}
