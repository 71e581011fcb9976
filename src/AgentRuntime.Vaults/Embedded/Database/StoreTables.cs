using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>The statements on the store's tables, on one connection. Not thread-safe.</summary>
internal sealed class StoreTables(SqliteConnection connection)
{
    private const string VersionColumns = "credential, version, state, created, fields, wrapped_key";

    public SqliteConnection Connection => connection;

    /// <summary>The newest version's number and its seal.</summary>
    public (long Latest, byte[] Seal)? Head(string credential)
    {
        var statement = connection.Prepare("SELECT latest, seal FROM credential WHERE name = ?1").Bind(1, credential);
        if (!statement.Step())
        {
            return null;
        }

        var head = (statement.Number(0), statement.Blob(1));
        statement.Reset();
        return head;
    }

    public void PutHead(string credential, long latest, byte[] seal) =>
        connection.Prepare("INSERT INTO credential (name, latest, seal) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET latest = ?2, seal = ?3")
            .Bind(1, credential).Bind(2, latest).Bind(3, seal).Execute();

    public VersionRow? Version(string credential, long version)
    {
        var statement = connection.Prepare($"SELECT {VersionColumns} FROM version WHERE credential = ?1 AND version = ?2").Bind(1, credential).Bind(2, version);
        if (!statement.Step())
        {
            return null;
        }

        var row = Row(statement);
        statement.Reset();
        return row;
    }

    /// <summary>All versions of one credential, or of all, newest first within each.</summary>
    public List<VersionRow> Versions(string? credential)
    {
        var rows = new List<VersionRow>();
        var statement = connection.Prepare($"SELECT {VersionColumns} FROM version WHERE ?1 IS NULL OR credential = ?1 ORDER BY credential, version DESC").Bind(1, credential);
        while (statement.Step())
        {
            rows.Add(Row(statement));
        }

        return rows;
    }

    public List<(string Name, long Latest, byte[] Seal)> Heads()
    {
        var heads = new List<(string, long, byte[])>();
        var statement = connection.Prepare("SELECT name, latest, seal FROM credential ORDER BY name");
        while (statement.Step())
        {
            heads.Add((statement.Text(0), statement.Number(1), statement.Blob(2)));
        }

        return heads;
    }

    public void PutVersion(VersionRow row) =>
        connection.Prepare($"INSERT OR REPLACE INTO version ({VersionColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, row.Credential).Bind(2, row.Version).Bind(3, (long)row.State).Bind(4, row.Created).Bind(5, row.Fields).Bind(6, row.WrappedKey)
            .Execute();

    /// <summary>The sealed fields in the order of their names.</summary>
    public List<FieldRow> Fields(VersionRow row)
    {
        var fields = new List<FieldRow>(1);
        var statement = connection.Prepare("SELECT name, sealed FROM field WHERE credential = ?1 AND version = ?2 ORDER BY name").Bind(1, row.Credential).Bind(2, row.Version);
        while (statement.Step())
        {
            fields.Add(new FieldRow(statement.Text(0), statement.Blob(1)));
        }

        return fields;
    }

    public void PutField(VersionRow row, FieldRow field) =>
        connection.Prepare("INSERT INTO field (credential, version, name, sealed) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, row.Credential).Bind(2, row.Version).Bind(3, field.Name).Bind(4, field.Sealed).Execute();

    public void DropFields(VersionRow row) =>
        connection.Prepare("DELETE FROM field WHERE credential = ?1 AND version = ?2").Bind(1, row.Credential).Bind(2, row.Version).Execute();

    public void PutLastRead(string credential, long version, long time) =>
        connection.Prepare("INSERT INTO last_read (credential, version, time) VALUES (?1, ?2, ?3) ON CONFLICT (credential, version) DO UPDATE SET time = ?3")
            .Bind(1, credential).Bind(2, version).Bind(3, time).Execute();

    public Dictionary<(string Credential, long Version), long> LastReads(string? credential)
    {
        var times = new Dictionary<(string, long), long>();
        var statement = connection.Prepare("SELECT credential, version, time FROM last_read WHERE ?1 IS NULL OR credential = ?1").Bind(1, credential);
        while (statement.Step())
        {
            times[(statement.Text(0), statement.Number(1))] = statement.Number(2);
        }

        return times;
    }

    private static VersionRow Row(SqliteStatement statement) => new(
        statement.Text(0),
        statement.Number(1),
        (SecretVersionState)statement.Number(2),
        statement.Number(3),
        statement.Text(4),
        statement.IsNull(5) ? null : statement.Blob(5));
}
