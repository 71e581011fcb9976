using System.Buffers.Binary;
using AgentRuntime.Names;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>Makes the store's file, and looks at an existing one without changing it. Every finding names the file, what is wrong and what to do.</summary>
internal static class StoreFile
{
    private const int SqliteHeaderSize = 100;
    private const string Restore = "Nothing was changed. Restore the file from a backup.";

    /// <summary>Makes a new, empty store sealed with a key of this source. Whole or not at all; never over an existing file.</summary>
    public static async Task CreateAsync(string path, MasterKeySource source, TimeProvider time, CancellationToken cancellationToken)
    {
        if (File.Exists(path + "-wal"))
        {
            throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.Damaged,
                $"There is no {path}, but its write-ahead log {path}-wal is there, so the store was moved or deleted without it. Put the store back, or move the log away to begin a new store.");
        }

        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        var created = await source.CreateAsync(cancellationToken);
        using var key = created.Key;
        var draft = PrivateFiles.DraftName(path);
        try
        {
            PrivateFiles.Create(draft, []);
            using (var connection = SqliteConnection.Open(draft, readOnly: false))
            {
                connection.Run($"PRAGMA journal_mode = WAL; PRAGMA application_id = {StoreHeader.ApplicationId}; PRAGMA user_version = {StoreHeader.CurrentFormat}; BEGIN IMMEDIATE;");
                connection.Run(Schema());
                new StoreHeader(StoreHeader.CurrentFormat, new IdGenerator(time).NewId(), time.GetUtcNow().ToUnixTimeMilliseconds(), source.Kind, created.Kdf, 1, []).Write(connection, key);
                connection.Run("COMMIT");
            }

            PrivateFiles.TryPublish(draft, path);
        }
        finally
        {
            foreach (var rest in new[] { draft, draft + "-wal", draft + "-shm" })
            {
                File.Delete(rest);
            }
        }
    }

    /// <summary>Checks an existing file from the outside in, and gives its header.</summary>
    /// <exception cref="EmbeddedStoreException">The file is not a whole, genuine store of this format.</exception>
    public static StoreHeader Inspect(string path)
    {
        CheckOutside(path);
        try
        {
            using var connection = SqliteConnection.Open(path, readOnly: true);
            var format = connection.Scalar("PRAGMA user_version");
            var genuineId = connection.Scalar("PRAGMA application_id") == StoreHeader.ApplicationId;
            var hasHeader = connection.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'store'") == 1;
            if (!genuineId && !hasHeader)
            {
                throw new EmbeddedStoreException(EmbeddedStoreErrorKind.NotAStore, $"{path} is a SQLite database of something else, not a secret store. Check the path in the settings; nothing was changed.");
            }

            if (genuineId && format > StoreHeader.CurrentFormat && (!hasHeader || connection.Scalar("SELECT format FROM store") == format))
            {
                throw new EmbeddedStoreException(
                    EmbeddedStoreErrorKind.NewerFormat,
                    $"{path} was written by a newer release (format {format}; this release knows {StoreHeader.CurrentFormat}). Use that release; nothing was changed.");
            }

            return CheckInside(connection, path, genuineId && format == StoreHeader.CurrentFormat);
        }
        catch (SqliteFault fault)
        {
            throw Translate(fault, path);
        }
    }

    /// <summary>The finding that a fault stands for.</summary>
    public static EmbeddedStoreException Translate(SqliteFault fault, string path) => fault.IsDamage
        ? new EmbeddedStoreException(EmbeddedStoreErrorKind.Damaged, $"The secret store {path} is damaged ({fault.Message}). {Restore}", fault)
        : new EmbeddedStoreException(
            EmbeddedStoreErrorKind.Unavailable,
            $"The secret store {path} cannot be used now ({fault.Message}). Check that the disk is not full, that this user may write the file and its folder, and that no other process holds it.",
            fault);

    private static void CheckOutside(string path)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.StorePermissions, $"Other users can change the secret store {path}. Run 'chmod 600 {path}', then check who wrote to it.");
        }

        Span<byte> header = stackalloc byte[SqliteHeaderSize];
        var read = file.ReadAtLeast(header, SqliteHeaderSize, throwOnEndOfStream: false);
        if (read < SqliteHeaderSize)
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Truncated, $"The secret store {path} is cut off: it has {file.Length} bytes and not even a header. {Restore}");
        }

        if (!header.StartsWith("SQLite format 3\0"u8))
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.NotADatabase, $"{path} is not a SQLite database, or its first bytes were changed. {Restore}");
        }

        // Any other version of the journal's format would open as read-only or not at all.
        if (header[18] is not (1 or 2) || header[19] is not (1 or 2))
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Damaged, $"The header of the secret store {path} was changed or damaged. {Restore}");
        }

        // The header counts the pages as of the last checkpoint; while a log is there the log may hold the missing ones.
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size and not 1 ? size : 65_536;
        var expected = (long)BinaryPrimitives.ReadUInt32BigEndian(header[28..]) * pageSize;
        if (file.Length < expected && new FileInfo(path + "-wal") is { Exists: false } or { Length: 0 })
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Truncated, $"The secret store {path} is cut off: it has {file.Length} of {expected} bytes. {Restore}");
        }
    }

    private static StoreHeader CheckInside(SqliteConnection connection, string path, bool genuineHeader)
    {
        if (genuineHeader && SchemaIsGenuine(connection) && IsSound(connection) && StoreHeader.Read(connection) is { Format: StoreHeader.CurrentFormat } header)
        {
            return header;
        }

        throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Damaged, $"The secret store {path} is damaged, or was changed by something else than this program. {Restore}");
    }

    /// <summary>The tables of values, page by page; the access log, which may be long, is checked where it is read.</summary>
    private static bool IsSound(SqliteConnection connection)
    {
        foreach (var table in new[] { "store", "credential", "version", "field", "last_read" })
        {
            var statement = connection.Prepare($"PRAGMA quick_check('{table}')");
            if (!statement.Step() || statement.Text(0) != "ok")
            {
                return false;
            }

            statement.Reset();
        }

        return true;
    }

    /// <summary>Exactly our tables and triggers: nothing dropped (the append-only triggers), nothing added.</summary>
    private static bool SchemaIsGenuine(SqliteConnection connection)
    {
        using var expected = SqliteConnection.InMemory();
        expected.Run(Schema());
        return Objects(connection).SequenceEqual(Objects(expected), StringComparer.Ordinal);
    }

    private static List<string> Objects(SqliteConnection connection)
    {
        var objects = new List<string>();
        var statement = connection.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
        while (statement.Step())
        {
            objects.Add(string.Join('\u001f', statement.Text(0), statement.Text(1), statement.Text(2), statement.Text(3)));
        }

        return objects;
    }

    private static string Schema()
    {
        using var stream = typeof(StoreFile).Assembly.GetManifestResourceStream("embedded/schema.v1.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
