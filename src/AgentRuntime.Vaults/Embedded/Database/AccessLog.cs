using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Embedded.Database;

/// <summary>The append-only record of reads and writes, on one connection. Not thread-safe.</summary>
internal static class AccessLog
{
    private const string Columns = "time, operation, credential, version, outcome, principal, purpose, workflow, run, step, attempt, tool, trace_id";

    /// <summary>Appends a line and gives its id.</summary>
    public static string Append(SqliteConnection connection, long time, string operation, string credential, long? version, string outcome, SecretAccessContext context)
    {
        connection.Prepare($"INSERT INTO access ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
            .Bind(1, time).Bind(2, operation).Bind(3, credential).Bind(4, version).Bind(5, outcome)
            .Bind(6, context.Principal).Bind(7, context.Purpose).Bind(8, context.Workflow?.Value).Bind(9, context.Run?.Value)
            .Bind(10, context.Step?.Value).Bind(11, context.Attempt).Bind(12, context.Tool?.Value).Bind(13, context.TraceId)
            .Execute();
        return Id(connection.LastRowId);
    }

    /// <summary>At most <paramref name="limit"/> lines after this id, oldest first.</summary>
    public static List<EmbeddedAccessEntry> Read(SqliteConnection connection, long after, int limit, string? credential)
    {
        var entries = new List<EmbeddedAccessEntry>();
        var statement = connection.Prepare($"SELECT id, {Columns} FROM access WHERE id > ?1 AND (?2 IS NULL OR credential = ?2) ORDER BY id LIMIT ?3")
            .Bind(1, after).Bind(2, credential).Bind(3, limit);
        while (statement.Step())
        {
            entries.Add(Entry(statement));
        }

        return entries;
    }

    public static long Number(string id) => long.Parse(id.AsSpan(id.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    /// <summary>The word for a failure: <c>disabled</c>, <c>missing</c> ...</summary>
    public static string Word(SecretFailureKind? failure) => failure switch
    {
        null => "succeeded",
        SecretFailureKind.Missing => "missing",
        SecretFailureKind.Disabled => "disabled",
        SecretFailureKind.Deleted => "deleted",
        SecretFailureKind.Integrity => "integrity",
        SecretFailureKind.Invalid => "invalid",
        SecretFailureKind.Conflict => "conflict",
        _ => "failed",
    };

    private static string Id(long number) => string.Create(CultureInfo.InvariantCulture, $"embedded-{number}");

    private static EmbeddedAccessEntry Entry(SqliteStatement row) => new(
        Id(row.Number(0)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Number(1)),
        row.Text(2),
        row.Text(3),
        row.IsNull(4) ? null : new CredentialVersion(row.Number(4).ToString(CultureInfo.InvariantCulture)),
        row.Text(5),
        row.Text(6),
        row.Text(7),
        TextOrNull(row, 8),
        TextOrNull(row, 9),
        TextOrNull(row, 10),
        row.IsNull(11) ? null : (int)row.Number(11),
        TextOrNull(row, 12),
        TextOrNull(row, 13));

    private static string? TextOrNull(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Text(column);
}
