using AgentRuntime.TestKit.Storage;

namespace AgentRuntime.Integration.Tests.Storage;

public sealed class SqliteJournalTests : JournalConformance
{
    protected override JournalPlace CreatePlace() => new SqlitePlace();
}

public sealed class SqliteAuditLogTests : AuditLogConformance
{
    protected override JournalPlace CreatePlace() => new SqlitePlace();
}
