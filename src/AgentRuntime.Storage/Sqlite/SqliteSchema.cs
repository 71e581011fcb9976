using System.Globalization;
using System.Reflection;
using AgentRuntime.Runs;
using SQLitePCL;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Brings a database to the schema of this program: <c>Migrations/sqlite-NNNN-*.sql</c> in order, the last one applied in <c>user_version</c>.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks the file as ours: "ARTr" in ASCII.</summary>
    public const int ApplicationId = 0x41525472;

    private const string Prefix = "sqlite-";

    /// <summary>The version that this program writes.</summary>
    public static int Current { get; } = Migrations().Max(static migration => migration.Version);

    /// <summary>Checks what the file is, and creates or upgrades its schema. Several processes may do so at once.</summary>
    /// <exception cref="JournalUnavailableException">The file is from a newer program, or belongs to another one.</exception>
    public static void Prepare(sqlite3 database, string path)
    {
        if (Check(database, path) == Current)
        {
            return;
        }

        SqliteStatement.Execute(database, "BEGIN IMMEDIATE");
        try
        {
            var version = Check(database, path);
            foreach (var (number, name) in Migrations().Where(migration => migration.Version > version))
            {
                SqliteStatement.Execute(database, ReadScript(name));
                SqliteStatement.Execute(database, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}"));
            }

            SqliteStatement.Execute(database, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
            SqliteStatement.Execute(database, "COMMIT");
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(database) == 0)
            {
                SqliteStatement.Execute(database, "ROLLBACK");
            }

            throw;
        }
    }

    private static long Check(sqlite3 database, string path)
    {
        var version = Query(database, "PRAGMA user_version");
        var application = Query(database, "PRAGMA application_id");
        if (application != ApplicationId && Query(database, "SELECT count(*) FROM sqlite_schema") > 0)
        {
            throw new JournalUnavailableException($"The file {path} is an SQLite database of another program, not a run database. Choose another path in storage.path.");
        }

        return version <= Current
            ? version
            : throw new JournalUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"The run database {path} was written by a newer version of this program (its schema is {version}, this program knows up to {Current}). Upgrade this program."));
    }

    private static long Query(sqlite3 database, string sql)
    {
        using var statement = new SqliteStatement(database, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    private static IEnumerable<(int Version, string Resource)> Migrations() =>
        typeof(SqliteSchema).Assembly.GetManifestResourceNames()
            .Select(static name => (Name: name, Start: name.IndexOf(Prefix, StringComparison.Ordinal)))
            .Where(static found => found.Start >= 0)
            .Select(static found => (int.Parse(found.Name.AsSpan(found.Start + Prefix.Length, 4), CultureInfo.InvariantCulture), found.Name))
            .OrderBy(static migration => migration.Item1);

    private static string ReadScript(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
