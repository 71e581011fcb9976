using AgentRuntime.Audit;
using AgentRuntime.TestKit.Storage;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.Integration.Tests.Storage;

/// <summary>Several instances on one file, and the anchor of the chain they share.</summary>
public sealed class SqliteSharingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_instances_keep_one_chain_and_one_anchor()
    {
        await using var place = new SqlitePlace();
        await using var one = await place.OpenDatabaseAsync();
        await using var two = await place.OpenDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? one : two).CommitAsync(Batch(Intent(i, Run(i)), Started()), Cancel), Cancel)));
        var found = await one.VerifyAsync(Cancel);
        Assert.Equal((200, null), (found.Entries, found.Break));
        Assert.Equal(200, found.Anchor?.Entries);
        Assert.Equal(200, await two.ListAsync(Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Whoever_comes_to_an_idle_journal_has_the_commit_when_the_call_returns()
    {
        await using var place = new SqlitePlace();
        await using var one = await place.OpenDatabaseAsync();
        await using var two = await place.OpenDatabaseAsync();
        for (var i = 1; i <= 6; i++)
        {
            var commit = (i % 3 == 0 ? two : one).CommitAsync(Batch(Intent(i), i == 1 ? Started() : StepStarted()), Cancel);
            Assert.True(commit.IsCompletedSuccessfully);
            var written = await commit;
            Assert.Equal((i, i), (written.Audit!.Sequence, written.Events[0].Sequence));
        }

        Assert.Equal((6, null), await one.VerifyAsync(Cancel) is var found ? (found.Entries, found.Break) : default);
    }

    [Fact]
    public async Task A_new_file_can_be_opened_by_several_at_once()
    {
        await using var place = new SqlitePlace();
        var databases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => place.OpenDatabaseAsync()));
        await Task.WhenAll(databases.Select((database, i) => database.CommitAsync(Batch(Intent(i, Run(i)), Started()), Cancel).AsTask()));
        Assert.Equal((8, null), await databases[0].VerifyAsync(Cancel) is var found ? (found.Entries, found.Break) : default);
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task One_instance_sees_whether_the_other_lives()
    {
        await using var place = new SqlitePlace();
        await using var one = await place.OpenDatabaseAsync();
        var two = await place.OpenDatabaseAsync();
        await two.CommitAsync(Batch(Run(), Started()), Cancel);
        Assert.True(await one.IsOwnerAliveAsync(Run(), Cancel));
        await two.DisposeAsync();
        Assert.False(await one.IsOwnerAliveAsync(Run(), Cancel));
        Assert.Single(Directory.GetFiles(place.Options.Path + ".owners"));
    }

    [Fact]
    public async Task An_older_copy_of_the_database_is_noticed_and_the_anchor_stays_as_evidence()
    {
        await using var place = new SqlitePlace();
        var copy = place.Options.Path + ".copy";
        await using (var database = await place.OpenDatabaseAsync())
        {
            await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        }

        File.Copy(place.Options.Path, copy);
        await using (var database = await place.OpenDatabaseAsync())
        {
            await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel);
        }

        File.Copy(copy, place.Options.Path, overwrite: true);
        await using var restored = await place.OpenDatabaseAsync();
        Assert.Equal("truncated", (await restored.VerifyAsync(Cancel)).Break?.Kind);
        await restored.CommitAsync(Batch(Intent(3), StepStarted()), Cancel);
        await restored.CommitAsync(Batch(Intent(4), StepStarted()), Cancel);
        Assert.NotNull(restored.AnchorProblem);
        var found = await restored.VerifyAsync(Cancel);
        Assert.Equal((2L, "changed"), (found.Break?.Sequence, found.Break?.Kind));
    }

    [Fact]
    public async Task A_removed_anchor_is_told_and_the_next_one_says_when_it_began()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        File.Delete(place.Options.AnchorPath!);
        var missing = await database.VerifyAsync(Cancel);
        Assert.Null(missing.Break);
        Assert.Equal(AuditAnchorStatus.Missing, missing.Anchor?.Status);
        await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel);
        var again = (await database.VerifyAsync(Cancel)).Anchor!;
        Assert.Equal((AuditAnchorStatus.Compared, 2L), (again.Status, again.Entries));
        Assert.Contains("begun when there were 1", again.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("rubbish")]
    [InlineData("""{"version":1,"workspace":"another","entries":0,"head":"0000000000000000000000000000000000000000000000000000000000000000","time":"2026-01-01T00:00:00+00:00","started_at":0}""")]
    public async Task An_anchor_that_is_damaged_or_of_another_workspace_is_told_and_left_as_it_is(string content)
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await File.WriteAllTextAsync(place.Options.AnchorPath!, content, Cancel);
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        Assert.Equal(AuditAnchorStatus.Unusable, (await database.VerifyAsync(Cancel)).Anchor?.Status);
        Assert.NotNull(database.AnchorProblem);
        Assert.Equal(content, await File.ReadAllTextAsync(place.Options.AnchorPath!, Cancel));
    }

    [Fact]
    public async Task Without_an_anchor_verification_says_nothing_about_one()
    {
        await using var place = new SqlitePlace();
        place.Options = place.Options with { AnchorPath = null };
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        Assert.Null((await database.VerifyAsync(Cancel)).Anchor);
    }
}
