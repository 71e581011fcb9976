using AgentRuntime.Audit;
using AgentRuntime.Runs;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Reads and verifies the audit chain.</summary>
internal sealed class AuditReader(SqliteReader reader, AuditAnchorFile? anchors)
{
    public IAsyncEnumerable<AuditEntry> QueryAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var conditions = new List<string>();
        var parameters = new List<(string, string)>();
        Require("run = ", "$run", query.Run?.Value);
        Require("credential = ", "$credential", query.Credential?.ToString());
        Require("workflow = ", "$workflow", query.Workflow?.Value);
        Require("time >= ", "$since", query.Since is { } since ? StoredTime.Format(since) : null);
        Require("id = ", "$id", query.Id);

        // The inner query finds places by an index; the outer one streams their lines in order, without sorting lines.
        var sql = conditions.Count == 0
            ? "SELECT line FROM audit ORDER BY sequence"
            : $"SELECT line FROM audit WHERE sequence IN (SELECT sequence FROM audit WHERE {string.Join(" AND ", conditions)}) ORDER BY sequence";
        return reader.QueryAsync(sql, parameters, static row => AuditEntryJson.Read(row.GetFieldValue<byte[]>(0)), cancellationToken);

        void Require(string condition, string name, string? value)
        {
            if (value is not null)
            {
                conditions.Add(condition + name);
                parameters.Add((name, value));
            }
        }
    }

    public async ValueTask<AuditVerification> VerifyAsync(CancellationToken cancellationToken)
    {
        // The anchor first: it may be behind the chain that is read afterwards, never ahead of it.
        var (anchor, status) = anchors?.Read() ?? (null, AuditAnchorStatus.Missing);
        var lines = reader.QueryAsync(
            "SELECT sequence, line FROM audit ORDER BY sequence",
            [],
            static row => new AuditLine(row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
            cancellationToken);
        AuditVerification found;
        try
        {
            found = await AuditVerifier.VerifyAsync(lines, anchor, cancellationToken);
        }
        catch (JournalUnavailableException e)
        {
            found = new AuditVerification(0, AuditChain.Origin, new AuditBreak(1, null, "unreadable", e.Message));
        }

        return found with { Anchor = anchors?.Describe(anchor, status, found.Entries) };
    }
}
