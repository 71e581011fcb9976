using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>The writer's connection with its prepared statements: one transaction at a time. Not thread-safe.</summary>
internal sealed class JournalSession : IDisposable
{
    // A checkpoint costs two flushes and stops the writer: rarer ones also write a page that changed often only once. 4000 pages are 16 MiB.
    private const string Sizes = "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY";

    private readonly SqliteRunDatabaseOptions _options;
    private readonly string _owner;
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _savepoint;
    private readonly SqliteStatement _release;
    private readonly SqliteStatement _undo;
    private readonly SqliteStatement _lastPosition;
    private readonly SqliteStatement _lastEntry;
    private readonly SqliteStatement _lastSequence;
    private readonly SqliteStatement _hashAt;
    private readonly SqliteStatement _insertRun;
    private readonly SqliteStatement _insertEvent;
    private readonly SqliteStatement _insertEntry;
    private readonly SqliteStatement _dataVersion;
    private readonly UseCounter _uses;
    private Heads _heads;
    private long _headsVersion;
    private bool _headsKnown;

    private JournalSession(SqliteRunDatabaseOptions options, string owner, SqliteConnection connection)
    {
        _options = options;
        _owner = owner;
        _connection = connection;
        _database = connection.Handle!;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _savepoint = Prepare("SAVEPOINT batch");
        _release = Prepare("RELEASE batch");
        _undo = Prepare("ROLLBACK TO batch");
        _lastPosition = Prepare("SELECT coalesce(max(position), 0) FROM events");
        _lastEntry = Prepare("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1");
        _lastSequence = Prepare("SELECT coalesce(max(sequence), 0) FROM events WHERE run = ?1");
        _hashAt = Prepare("SELECT hash FROM audit WHERE sequence = ?1");
        _insertRun = Prepare("INSERT INTO runs (run, workflow, started, owner) VALUES (?1, ?2, ?3, ?4)");
        _insertEvent = Prepare("INSERT INTO events (position, run, sequence, time, type, step, attempt, trace_id, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _insertEntry = Prepare("INSERT INTO audit (sequence, line) VALUES (?1, ?2)");
        _dataVersion = Prepare("PRAGMA data_version");
        _uses = new UseCounter(Prepare);
    }

    /// <summary>The audit chain's length and head in this transaction, or at the end of the last one.</summary>
    public ChainHead Chain => _heads.Chain;

    /// <summary>Whether a transaction is open: some errors end it by themselves.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Opens the file, creates or upgrades it, and makes every commit durable.</summary>
    public static JournalSession Open(SqliteRunDatabaseOptions options, string owner)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            var database = connection.Handle!;
            _ = raw.sqlite3_busy_timeout(database, (int)options.BusyTimeout.TotalMilliseconds);
            SqliteSchema.Prepare(database, options.Path);
            RequireWal(database);
            SqliteStatement.Execute(database, "PRAGMA synchronous = FULL");
            SqliteStatement.Execute(database, Sizes);
            SqliteStatement.Execute(database, "PRAGMA trusted_schema = OFF");
            var session = new JournalSession(options, owner, connection);

            // From here on a busy database is asked again by Begin, much sooner than SQLite would.
            _ = raw.sqlite3_busy_timeout(database, 0);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Takes the write lock, waiting for another process that has it, and finds out where events and entries go on.</summary>
    public void Begin()
    {
        var deadline = Environment.TickCount64 + (long)_options.BusyTimeout.TotalMilliseconds;
        while (!TryBegin(lastTry: Environment.TickCount64 >= deadline))
        {
            // The gap between two transactions of a busy process is short: whoever asks rarely would wait for ever.
            Pause.Briefly();
        }
    }

    /// <summary>Like <see cref="Begin"/>, but <c>false</c> when another process has the lock now.</summary>
    public bool TryBegin() => TryBegin(lastTry: false);

    /// <summary>Writes one batch; on an error nothing of it stays, and the others of the transaction do if <see cref="InTransaction"/> still.</summary>
    public JournalCommit Append(PendingCommit pending)
    {
        var heads = _heads;
        _savepoint.Run();
        try
        {
            var result = Write(pending);
            _release.Run();
            return result;
        }
        catch
        {
            _heads = heads;
            if (InTransaction)
            {
                _undo.Run();
                _release.Run();
            }

            throw;
        }
    }

    /// <summary>Writes the only batch of a transaction; on an error the caller has to roll back.</summary>
    public JournalCommit AppendAlone(PendingCommit pending) => Write(pending);

    /// <summary>Makes the transaction durable.</summary>
    public void Commit()
    {
        _commit.Run();
        _headsKnown = true;
    }

    /// <summary>Gives the transaction up, if there still is one.</summary>
    public void Rollback()
    {
        if (InTransaction)
        {
            _rollback.Run();
        }
    }

    /// <summary>The hash of an entry, or <c>null</c>.</summary>
    public string? HashAt(long sequence)
    {
        var hash = _hashAt.Bind(1, sequence).Step() ? _hashAt.Text(0) : null;
        _hashAt.Reset();
        return hash;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>SQLite answers with the mode it has, without an error, where it cannot switch.</summary>
    private static void RequireWal(sqlite3 database)
    {
        using var statement = new SqliteStatement(database, "PRAGMA journal_mode = WAL");
        if (!statement.Step() || !string.Equals(statement.Text(0), "wal", StringComparison.OrdinalIgnoreCase))
        {
            throw new SqliteFault(raw.SQLITE_CANTOPEN, "write-ahead logging is not possible on this file system");
        }
    }

    private bool TryBegin(bool lastTry)
    {
        if (!File.Exists(_options.Path))
        {
            throw new SqliteFault(raw.SQLITE_CANTOPEN, "the file is gone");
        }

        if (_options.WriterPragma?.Invoke() is { } pragma)
        {
            SqliteStatement.Execute(_database, pragma);
        }

        try
        {
            _begin.Run();
        }
        catch (SqliteFault fault) when (fault.Primary == raw.SQLITE_BUSY && !lastTry)
        {
            return false;
        }

        FindHeads();
        return true;
    }

    /// <summary>What the last commit left is still right unless another connection has committed since, which this version tells.</summary>
    private void FindHeads()
    {
        var version = _dataVersion.Single();
        var known = _headsKnown && version == _headsVersion;
        _headsVersion = version;

        // Until this transaction is committed: whatever goes wrong in it, the next one reads them again.
        _headsKnown = false;
        if (!known)
        {
            _heads = new Heads(_lastPosition.Single(), ReadChain());
        }
    }

    private ChainHead ReadChain()
    {
        var chain = _lastEntry.Step() ? new ChainHead(_lastEntry.Int64(0), _lastEntry.Text(1)) : new ChainHead(0, AuditChain.Origin);
        _lastEntry.Reset();
        return chain.Hash is { Length: AuditChain.HashLength }
            ? chain
            : throw new SqliteFault(raw.SQLITE_CORRUPT, "the last audit entry has no hash");
    }

    private JournalCommit Write(PendingCommit pending)
    {
        var batch = pending.Batch;
        if (batch.Budget is { } budget && _uses.RefusalOf(budget, batch.Run) is { } refused)
        {
            return new JournalCommit([], null, refused);
        }

        return new JournalCommit(WriteEvents(pending), WriteEntry(pending.Audit), null);
    }

    private RunEvent[] WriteEvents(PendingCommit pending)
    {
        if (pending.Events.Count == 0)
        {
            return [];
        }

        var run = pending.Batch.Run;
        var sequence = _lastSequence.Bind(1, run.Value).Single();
        var events = new RunEvent[pending.Events.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var prepared = pending.Events[i];
            var e = prepared.Event with { Run = run, Sequence = ++sequence, Time = prepared.Event.Time.ToUniversalTime() };
            var time = StoredTime.Format(e.Time);
            if (e is RunStarted started)
            {
                _insertRun.Bind(1, run.Value).Bind(2, started.Workflow).Bind(3, time).Bind(4, _owner).Run();
            }

            var step = e as StepEvent;
            _heads = _heads with { Position = _heads.Position + 1 };
            _insertEvent.Bind(1, _heads.Position).Bind(2, run.Value).Bind(3, sequence).Bind(4, time).Bind(5, prepared.Type)
                .Bind(6, step?.Step.Value).Bind(7, step?.Attempt).Bind(8, e.TraceId).BindUtf8(9, prepared.Payload).Run();
            events[i] = e;
        }

        return events;
    }

    private AuditEntry? WriteEntry(PreparedAudit? prepared)
    {
        if (prepared is null)
        {
            return null;
        }

        var chained = AuditChain.Append(prepared, _heads.Chain.Entries + 1, _heads.Chain.Hash);
        _insertEntry.Bind(1, chained.Entry.Sequence).BindUtf8(2, chained.Line.Span).Run();
        _uses.Count(chained.Entry.Draft);
        _heads = _heads with { Chain = new ChainHead(chained.Entry.Sequence, chained.Entry.Hash) };
        return chained.Entry;
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_database, sql);
        _statements.Add(statement);
        return statement;
    }

    private readonly record struct Heads(long Position, ChainHead Chain);
}
