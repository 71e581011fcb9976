using AgentRuntime.TestKit.Storage;

namespace AgentRuntime.Core.Tests.Audit;

public sealed class InMemoryJournalTests : JournalConformance
{
    protected override JournalPlace CreatePlace() => new InMemoryJournalPlace();
}

public sealed class InMemoryAuditLogTests : AuditLogConformance
{
    protected override JournalPlace CreatePlace() => new InMemoryJournalPlace();
}
