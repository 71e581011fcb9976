using AgentRuntime.Audit;
using AgentRuntime.Runs;
using AgentRuntime.TestKit.Storage;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.Integration.Tests.Storage;

/// <summary>A database that an earlier version of the schema wrote.</summary>
public sealed class SqliteUpgradeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, null, "uses_per_run")]
    [InlineData(null, 3, "uses_per_hour")]
    public async Task Uses_from_before_they_were_counted_apart_still_count(int? perRun, int? perHour, string limit)
    {
        await using var place = new SqlitePlace();
        await using (var database = await place.OpenDatabaseAsync())
        {
            await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
            await database.CommitAsync(Batch(Outcome(2)), Cancel);
            await database.CommitAsync(Batch(Intent(3, time: Noon.AddMinutes(-5))), Cancel);
        }

        place.Execute("DROP TABLE uses_by_run; DROP TABLE uses_by_minute; PRAGMA user_version = 1");
        await using var upgraded = await place.OpenDatabaseAsync();
        var budget = new BudgetCheck(Workflow, Credential, perRun, perHour, Noon.AddHours(-1));
        Assert.Null((await upgraded.CommitAsync(Batch(Intent(4)) with { Budget = budget }, Cancel)).Refused);
        Assert.Equal(new BudgetRefusal(limit, 3, 3), (await upgraded.CommitAsync(Batch(Intent(5)) with { Budget = budget }, Cancel)).Refused);
    }

    [Fact]
    public async Task A_database_with_the_indexes_of_version_2_opens_without_them_and_goes_on()
    {
        await using var place = new SqlitePlace();
        await using (var database = await place.OpenDatabaseAsync())
        {
            await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
            await database.CommitAsync(Batch(Outcome(2)), Cancel);
        }

        place.Execute("CREATE INDEX audit_by_time ON audit (time); CREATE INDEX audit_by_credential ON audit (credential); PRAGMA user_version = 2");
        await using var upgraded = await place.OpenDatabaseAsync();
        Assert.Equal(3, (await upgraded.CommitAsync(Batch(Intent(3)), Cancel)).Audit?.Sequence);
        Assert.Equal(3, await place.ReadNumberAsync("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'audit'"));
        Assert.Equal(3, await upgraded.QueryAsync(new AuditQuery { Credential = Credential, Since = Noon }, Cancel).CountAsync(Cancel));
        var found = await upgraded.VerifyAsync(Cancel);
        Assert.Equal((3, null, 3L), (found.Entries, found.Break, found.Anchor!.Entries));
    }
}
