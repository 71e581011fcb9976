using AgentRuntime.Audit;
using AgentRuntime.Runs;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Reads and verifies the audit chain.</summary>
internal sealed class AuditReader(SqliteReader reader, AuditAnchorFile? anchors)
{
    public IAsyncEnumerable<AuditEntry> QueryAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var search = new AuditSearch(query);
        return reader.QueryAsync(search.Sql, search.Parameters, static row => AuditEntryJson.Read(row.GetFieldValue<byte[]>(0)), cancellationToken);
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
