using System.Globalization;
using System.Security.Cryptography;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>The one row that says which store this is and how its master key is found.</summary>
/// <param name="Format">The version of the file's format.</param>
/// <param name="StoreId">A random id that every seal is bound to.</param>
/// <param name="Created">Unix milliseconds.</param>
/// <param name="KeySource">The kind of master key.</param>
/// <param name="Kdf">How the master key is derived; empty when it is not.</param>
/// <param name="Generation">Counts the master keys that the store has had, from 1.</param>
/// <param name="CheckValue">A sealed constant, which opens only with the right master key.</param>
internal sealed record StoreHeader(long Format, string StoreId, long Created, string KeySource, string Kdf, long Generation, byte[] CheckValue)
{
    public const int CurrentFormat = 1;

    /// <summary>"ARSS" in the file's header: an AgentRuntime secret store.</summary>
    public const int ApplicationId = 0x41525353;

    private const string Columns = "format, store_id, created, key_source, kdf, generation, check_value, checksum";

    private string[] Bound => [Text(Format), StoreId, Text(Created), KeySource, Kdf, Text(Generation)];

    /// <summary>Reads the row and its checksum; <c>null</c> when there is none or the checksum does not fit.</summary>
    public static StoreHeader? Read(SqliteConnection connection)
    {
        var statement = connection.Prepare($"SELECT {Columns} FROM store WHERE one = 1");
        if (!statement.Step())
        {
            return null;
        }

        var header = new StoreHeader(statement.Number(0), statement.Text(1), statement.Number(2), statement.Text(3), statement.Text(4), statement.Number(5), statement.Blob(6));
        var checksum = statement.Blob(7);
        statement.Reset();
        return checksum.AsSpan().SequenceEqual(header.Checksum()) ? header : null;
    }

    /// <summary>Writes the row, with a new check value for this key.</summary>
    public StoreHeader Write(SqliteConnection connection, MasterKey key)
    {
        var header = this with { CheckValue = key.Wrap([], BoundWith("check")) };
        connection.Prepare($"INSERT OR REPLACE INTO store (one, {Columns}) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .Bind(1, header.Format).Bind(2, header.StoreId).Bind(3, header.Created).Bind(4, header.KeySource)
            .Bind(5, header.Kdf).Bind(6, header.Generation).Bind(7, header.CheckValue).Bind(8, header.Checksum())
            .Execute();
        return header;
    }

    /// <summary>Whether this is the master key of the store.</summary>
    public bool Opens(MasterKey key) => key.TryUnwrap(CheckValue, [], BoundWith("check"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private byte[] BoundWith(string purpose) => Seal.Bind([purpose, .. Bound]);

    private byte[] Checksum() => SHA256.HashData([.. BoundWith("checksum"), .. CheckValue]);
}
