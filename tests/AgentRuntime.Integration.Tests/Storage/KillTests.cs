using System.Diagnostics;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using CsCheck;

namespace AgentRuntime.Integration.Tests.Storage;

/// <summary>A process that writes is killed with SIGKILL at random points, again and again on one database.</summary>
public sealed class KillTests
{
    private const int Kills = 50;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_commit_is_there_whole_and_chained_after_each_of_50_kills()
    {
        await using var place = new SqlitePlace();
        var points = new List<int>();
        Gen.Int[0, 120].List[Kills].Sample(points.AddRange, iter: 1, threads: 1);
        foreach (var point in points)
        {
            var (run, acknowledged) = await WriteAndKillAsync(place, point);
            await using var database = await place.OpenDatabaseAsync();
            var entries = await database.QueryAsync(new AuditQuery { Run = run }, Cancel).ToListAsync(Cancel);
            Assert.Empty(acknowledged.Except(entries.Select(entry => entry.Draft.Id), StringComparer.Ordinal));

            var events = await database.ReadEventsAsync(run, Cancel).ToListAsync(Cancel);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
            Assert.IsType<RunStarted>(events[0]);

            // Each batch is one entry, its event and a StepWaiting: all or none of them.
            var started = events.OfType<StepStarted>().Select(e => e.Step).ToHashSet();
            var succeeded = events.OfType<StepSucceeded>().Select(e => e.Step).ToHashSet();
            Assert.True(started.SetEquals(entries.Where(entry => entry.Draft.Phase == AuditPhase.Intent).Select(entry => entry.Draft.Step)));
            Assert.True(succeeded.SetEquals(entries.Where(entry => entry.Draft.Phase == AuditPhase.Outcome).Select(entry => entry.Draft.Step)));
            Assert.Equal(entries.Count, events.OfType<StepWaiting>().Count());

            var anchor = AuditAnchor.FromJson(await File.ReadAllBytesAsync(place.Options.AnchorPath!, Cancel));
            var found = await database.VerifyAsync(Cancel);
            Assert.Null(found.Break);
            Assert.NotNull(anchor);
            Assert.InRange(anchor.Entries, 0, found.Entries);
            Assert.False(await database.IsOwnerAliveAsync(run, Cancel));
        }

        await using var last = await place.OpenDatabaseAsync();
        Assert.Equal(Kills, await last.ListAsync(Cancel).CountAsync(run => !run.OwnerAlive && run.Ended is null, Cancel));
        Assert.Single(Directory.GetFiles(place.Options.Path + ".owners"));
    }

    [Fact]
    public async Task Another_process_is_seen_to_live_until_it_is_killed()
    {
        await using var place = new SqlitePlace();
        using var process = Start(place);
        var run = new RunId((await process.StandardOutput.ReadLineAsync(Cancel))!);
        await using var database = await place.OpenDatabaseAsync();
        Assert.True(await database.IsOwnerAliveAsync(run, Cancel));
        Assert.True((await database.ListAsync(Cancel).SingleAsync(Cancel)).OwnerAlive);
        process.Kill();
        await process.WaitForExitAsync(Cancel);
        Assert.False(await database.IsOwnerAliveAsync(run, Cancel));
        Assert.False((await database.ListAsync(Cancel).SingleAsync(Cancel)).OwnerAlive);
    }

    private static async Task<(RunId Run, List<string> Acknowledged)> WriteAndKillAsync(SqlitePlace place, int afterLines)
    {
        using var process = Start(place);
        var run = new RunId((await process.StandardOutput.ReadLineAsync(Cancel))!);
        var acknowledged = new List<string>();
        while (acknowledged.Count < afterLines)
        {
            acknowledged.Add((await process.StandardOutput.ReadLineAsync(Cancel))!);
        }

        process.Kill();

        // What it said before it died; the last line may be cut off.
        var rest = await process.StandardOutput.ReadToEndAsync(Cancel);
        acknowledged.AddRange(rest.Split('\n')[..^1]);
        await process.WaitForExitAsync(Cancel);
        return (run, acknowledged);
    }

    private static Process Start(SqlitePlace place)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "AgentRuntime.TestHost.dll"), "journal", place.Options.Path, place.Options.AnchorPath! },
        };
        return Process.Start(start)!;
    }
}
