using System.Diagnostics;
using System.Globalization;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.TestKit.Storage;

namespace AgentRuntime.TestHost;

/// <summary>Writes intents and outcomes, each with two events, as the engine does around a tool call.</summary>
internal static class JournalHost
{
    private const int Writers = 8;
    private const int MeasuredWriters = 64;

    public static async Task<int> WriteUntilKilledAsync(string path, string anchor)
    {
        var database = await OpenAsync(path, anchor);
        var ids = new IdGenerator(TimeProvider.System);
        var run = ids.NewRunId();
        await database.CommitAsync(JournalSamples.Batch(run, JournalSamples.Started(TimeProvider.System.GetUtcNow())), CancellationToken.None);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var synchronized = TextWriter.Synchronized(output);
        await synchronized.WriteLineAsync(run.Value);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var step = string.Create(CultureInfo.InvariantCulture, $"w{writer}-{i}");
                var intent = Draft(JournalSamples.Intent(0, run), ids, step);
                await database.CommitAsync(JournalSamples.Batch(intent, JournalSamples.StepStarted(step), Waiting(step)), CancellationToken.None);
                await synchronized.WriteLineAsync(intent.Id);
                var outcome = Draft(JournalSamples.Outcome(0, run), ids, step);
                await database.CommitAsync(JournalSamples.Batch(outcome, JournalSamples.StepSucceeded(step), Waiting(step)), CancellationToken.None);
                await synchronized.WriteLineAsync(outcome.Id);
            }
        })));
        return 0;
    }

    public static async Task<int> MeasureAsync(string path, int seconds)
    {
        foreach (var anchor in new[] { null, path + ".anchor" })
        {
            await using var database = await OpenAsync(path, anchor);
            var ids = new IdGenerator(TimeProvider.System);
            await RunAsync(TimeSpan.FromSeconds(1));
            var (batches, elapsed) = await RunAsync(TimeSpan.FromSeconds(seconds));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"anchor {(anchor is null ? "off" : "on")}: {batches / elapsed.TotalSeconds:F0} batches/s = {batches / elapsed.TotalSeconds:F0} events/s and as many audit entries ({MeasuredWriters} writers, {batches} batches)"));

            async Task<(long Batches, TimeSpan Elapsed)> RunAsync(TimeSpan duration)
            {
                var count = 0L;
                var clock = Stopwatch.StartNew();
                await Task.WhenAll(Enumerable.Range(0, MeasuredWriters).Select(writer => Task.Run(async () =>
                {
                    var run = ids.NewRunId();
                    await database.CommitAsync(JournalSamples.Batch(run, JournalSamples.Started()), CancellationToken.None);
                    while (clock.Elapsed < duration)
                    {
                        await database.CommitAsync(JournalSamples.Batch(Draft(JournalSamples.Intent(0, run), ids, "find"), JournalSamples.StepStarted()), CancellationToken.None);
                        await database.CommitAsync(JournalSamples.Batch(Draft(JournalSamples.Outcome(0, run), ids, "find"), JournalSamples.StepSucceeded()), CancellationToken.None);
                        Interlocked.Add(ref count, 2);
                    }
                })));
                return (count, clock.Elapsed);
            }
        }

        return 0;
    }

    private static AuditDraft Draft(AuditDraft draft, IdGenerator ids, string step) => draft with { Id = ids.NewAuditId(), Step = new StepPath(step) };

    private static StepWaiting Waiting(string step) => new(JournalSamples.Noon) { Step = new StepPath(step), Attempt = 1, Time = JournalSamples.Noon };

    private static Task<SqliteRunDatabase> OpenAsync(string path, string? anchor) =>
        SqliteRunDatabase.OpenAsync(new SqliteRunDatabaseOptions { Path = path, AnchorPath = anchor, WorkspaceId = "ws" }, TimeProvider.System, CancellationToken.None);
}
