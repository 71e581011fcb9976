using SQLitePCL;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>What SQLite refused to do. Never leaves the store: it becomes a result or an <see cref="EmbeddedStoreException"/>.</summary>
internal sealed class SqliteFault(int code) : Exception(raw.sqlite3_errstr(code).utf8_to_string())
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xff;

    /// <summary>Another connection holds the lock.</summary>
    public bool IsBusy => Code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>The content of the file is not what SQLite wrote.</summary>
    public bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT or raw.SQLITE_SCHEMA or raw.SQLITE_ERROR or raw.SQLITE_MISMATCH;
}
