using SQLitePCL;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>One connection to the store's file, on SQLite's own interface: no pool, no busy handler, no text in between. Not thread-safe.</summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly sqlite3 _database;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    private SqliteConnection(sqlite3 database) => _database = database;

    public long LastRowId => raw.sqlite3_last_insert_rowid(_database);

    /// <summary>Opens an existing file; never creates one.</summary>
    /// <exception cref="SqliteFault">The file cannot be opened.</exception>
    public static SqliteConnection Open(string path, bool readOnly)
    {
        Batteries_V2.Init();
        var code = raw.sqlite3_open_v2(path, out var database, (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE) | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            database?.Dispose();
            throw new SqliteFault(code);
        }

        var connection = new SqliteConnection(database);
        try
        {
            // A schema that somebody else wrote runs no functions of ours, and damaged cells are found before they are used.
            connection.Run("PRAGMA trusted_schema = OFF");
            connection.Run("PRAGMA cell_size_check = ON");
            connection.Run("PRAGMA secure_delete = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A database in memory, to compare a schema with.</summary>
    public static SqliteConnection InMemory() => Open(":memory:", readOnly: false);

    /// <summary>Runs statements that give no rows worth reading.</summary>
    public void Run(string sql) => Check(raw.sqlite3_exec(_database, sql));

    /// <summary>The prepared statement for this text, ready to bind.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements[sql] = statement = new SqliteStatement(_database, sql);
        }

        return statement;
    }

    /// <summary>The number in the first column of the first row; 0 if there is none.</summary>
    public long Scalar(string sql)
    {
        using var statement = new SqliteStatement(_database, sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    /// <summary>Copies every page of the write-ahead log into the file and empties the log.</summary>
    /// <returns>Whether nothing is left in the log.</returns>
    public bool TruncateLog()
    {
        using var statement = new SqliteStatement(_database, "PRAGMA wal_checkpoint(TRUNCATE)");
        return statement.Step() && statement.Number(0) == 0;
    }

    /// <summary>Undoes what is not committed, and lets go of every read that is not finished.</summary>
    public void Rollback()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (raw.sqlite3_get_autocommit(_database) == 0)
        {
            // A fault such as a full disk may already have rolled back; then there is nothing to do.
            _ = raw.sqlite3_exec(_database, "ROLLBACK");
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _database.Dispose();
    }

    internal static void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new SqliteFault(code);
        }
    }
}
