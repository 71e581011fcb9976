using System.Text;
using SQLitePCL;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>A prepared statement of the writer, used again and again. Not thread-safe.</summary>
/// <remarks>
/// The writer talks to SQLite without ADO.NET in between: result codes decide what happens next, a busy database must be asked again after
/// one millisecond instead of 150, and UTF-8 goes in as it is.
/// </remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(database, raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public static void Execute(sqlite3 database, string sql) => Check(database, raw.sqlite3_exec(database, sql));

    public SqliteStatement Bind(int index, long value) => Bound(raw.sqlite3_bind_int64(_statement, index, value));

    public SqliteStatement Bind(int index, int? value) =>
        Bound(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));

    public SqliteStatement Bind(int index, string? value) =>
        value is null ? Bound(raw.sqlite3_bind_null(_statement, index)) : BindUtf8(index, Encoding.UTF8.GetBytes(value));

    public SqliteStatement BindUtf8(int index, ReadOnlySpan<byte> utf8) => Bound(raw.sqlite3_bind_text(_statement, index, utf8));

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Runs a statement that gives one number.</summary>
    public long Single()
    {
        Step();
        var value = Int64(0);
        Reset();
        return value;
    }

    /// <summary>Moves to the next row; the caller resets when it has seen enough.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        var fault = Fault(_database, code);
        Reset();
        throw fault;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    private static void Check(sqlite3 database, int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Fault(database, code);
        }
    }

    private static SqliteFault Fault(sqlite3 database, int code)
    {
        var extended = raw.sqlite3_extended_errcode(database);
        return new SqliteFault((extended & 0xff) == (code & 0xff) ? extended : code, raw.sqlite3_errmsg(database).utf8_to_string());
    }

    private SqliteStatement Bound(int code)
    {
        Check(_database, code);
        return this;
    }
}
