using System.Globalization;
using AgentRuntime.Runs;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Says what a result code of SQLite means for the person who operates the runtime.</summary>
internal sealed class SqliteFailure(SqliteRunDatabaseOptions options)
{
    /// <summary>What callers of a commit see.</summary>
    public Exception OfWrite(Exception cause) => cause switch
    {
        SqliteFault { Primary: raw.SQLITE_CONSTRAINT } fault => new InvalidOperationException($"The journal refused a batch: {fault.Message}.", fault),
        SqliteFault fault => new JournalUnavailableException($"Nothing was written to the run database {options.Path}: {Meaning(fault.Code, fault.Message)}", fault) { IsDamaged = IsDamage(fault.Code) },
        SqliteException exception => new JournalUnavailableException($"Nothing was written to the run database {options.Path}: {Meaning(exception.SqliteExtendedErrorCode, exception.Message)}", exception) { IsDamaged = IsDamage(exception.SqliteExtendedErrorCode) },
        _ => cause,
    };

    /// <summary>What callers of a read see.</summary>
    public Exception OfRead(SqliteException cause) =>
        new JournalUnavailableException($"The run database {options.Path} cannot be read: {Meaning(cause.SqliteExtendedErrorCode, cause.Message)}", cause) { IsDamaged = IsDamage(cause.SqliteExtendedErrorCode) };

    /// <summary>What callers see when the database cannot be opened.</summary>
    public Exception OfOpen(Exception cause) => cause switch
    {
        SqliteFault fault => new JournalUnavailableException($"The run database {options.Path} cannot be opened: {Meaning(fault.Code, fault.Message)}", fault) { IsDamaged = IsDamage(fault.Code) },
        SqliteException exception => new JournalUnavailableException($"The run database {options.Path} cannot be opened: {Meaning(exception.SqliteExtendedErrorCode, exception.Message)}", exception) { IsDamaged = IsDamage(exception.SqliteExtendedErrorCode) },
        IOException or UnauthorizedAccessException => new JournalUnavailableException($"The run database {options.Path} cannot be opened: {cause.Message} Check that the folder exists and that this user may write to it.", cause),
        _ => cause,
    };

    /// <summary>Whether the connection should not be used again: what it believes about the file may be wrong.</summary>
    public static bool SpoilsConnection(Exception cause) =>
        cause is not SqliteFault { Primary: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH };

    private static bool IsDamage(int code) => (code & 0xff) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    private string Meaning(int code, string detail) => string.Create(CultureInfo.InvariantCulture, $"{Sentence(code)} (SQLite {code}: {detail})");

    private string Sentence(int code) => (code & 0xff) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => string.Create(CultureInfo.InvariantCulture, $"another process held its write lock for more than {options.BusyTimeout.TotalSeconds:0.###} s. Find and end the process that keeps a transaction open, then try again."),
        raw.SQLITE_FULL => "the disk is full, or the file has reached its greatest size. Free some space, then try again.",
        raw.SQLITE_READONLY => "the file or its folder is read-only for this user. Give this user write access to the file and its folder.",
        raw.SQLITE_PERM or raw.SQLITE_AUTH => "access was denied. Give this user read and write access to the file and its folder.",
        raw.SQLITE_CANTOPEN => "the file, or a file beside it, cannot be opened or created. Check that the folder exists and that this user may write to it.",
        raw.SQLITE_IOERR => "the operating system reported an input or output error. Check the disk and its free space.",
        raw.SQLITE_CORRUPT => "the file is damaged. Keep a copy of it and restore it from a backup.",
        raw.SQLITE_NOTADB => "the file is not an SQLite database, or its first bytes are damaged. Keep a copy of it and restore it from a backup.",
        raw.SQLITE_NOMEM => "there is not enough memory.",
        raw.SQLITE_TOOBIG => "an event is larger than SQLite can store.",
        _ => "SQLite reported an unexpected error.",
    };
}
