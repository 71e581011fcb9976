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
}
