namespace AgentRuntime.Storage.Sqlite;

/// <summary>SQLite answered with an error. Internal: callers of the database see what <see cref="SqliteFailure"/> makes of it.</summary>
internal sealed class SqliteFault(int code, string message) : Exception(message)
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>The primary result code.</summary>
    public int Primary => Code & 0xff;
}
