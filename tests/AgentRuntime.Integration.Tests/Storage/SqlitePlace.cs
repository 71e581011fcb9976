using System.Text;
using AgentRuntime.Audit;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.TestKit.Storage;
using Microsoft.Data.Sqlite;

namespace AgentRuntime.Integration.Tests.Storage;

/// <summary>A folder with a run database and, elsewhere in it, its anchor.</summary>
internal sealed class SqlitePlace : JournalPlace
{
    public SqlitePlace() => Options = new SqliteRunDatabaseOptions
    {
        Path = Path.Combine(Folder, "state", "runs.db"),
        AnchorPath = Path.Combine(Folder, "config", "anchors", "ws.json"),
        WorkspaceId = "ws",
    };

    public string Folder { get; } = Directory.CreateTempSubdirectory("agentruntime-storage-").FullName;

    public SqliteRunDatabaseOptions Options { get; set; }

    public Task<SqliteRunDatabase> OpenDatabaseAsync() => SqliteRunDatabase.OpenAsync(Options, TimeProvider.System, TestContext.Current.CancellationToken);

    public override async ValueTask<OpenJournal> OpenAsync() => OpenJournal.Over(await OpenDatabaseAsync());

    public override ValueTask<IReadOnlyList<AuditLine>> ReadLinesAsync()
    {
        using var connection = Connect();
        using var command = Command(connection, "SELECT sequence, line FROM audit ORDER BY sequence");
        using var reader = command.ExecuteReader();
        var lines = new List<AuditLine>();
        while (reader.Read())
        {
            lines.Add(new AuditLine(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        }

        return ValueTask.FromResult<IReadOnlyList<AuditLine>>(lines);
    }

    public override ValueTask ReplaceLinesAsync(IReadOnlyList<AuditLine> lines)
    {
        using var connection = Connect();
        Execute(connection, "DROP TRIGGER audit_is_appended; DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_removed; DROP INDEX audit_by_id; DELETE FROM audit;");
        foreach (var line in lines)
        {
            using var command = Command(connection, "INSERT INTO audit (sequence, line) VALUES ($sequence, $line)");
            command.Parameters.AddWithValue("$sequence", line.Place);
            command.Parameters.AddWithValue("$line", Encoding.UTF8.GetString(line.Text.Span));
            command.ExecuteNonQuery();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Runs SQL on a connection of its own, as another program would.</summary>
    public void Execute(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    public async Task<long> ReadNumberAsync(string sql)
    {
        await using var connection = Connect();
        await using var command = Command(connection, sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Options.Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own SQL.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
