using AgentRuntime.Audit;
using AgentRuntime.Runs;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.TestKit.Storage;

/// <summary>What every journal and run store must do. Each implementation has a subclass in a test project.</summary>
public abstract class JournalConformance
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new, empty place.</summary>
    protected abstract JournalPlace CreatePlace();

    [Fact]
    public async Task Gives_sequence_numbers_from_one_in_the_order_of_the_calls()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var first = await open.Journal.CommitAsync(Batch(Run(), Started(), StepStarted()), Cancel);
        var second = await open.Journal.CommitAsync(Batch(Run(), StepSucceeded(), Succeeded()), Cancel);
        Assert.Equal([1, 2, 3, 4], [.. first.Events.Concat(second.Events).Select(e => e.Sequence)]);
        Assert.All(first.Events, e => Assert.Equal(Run(), e.Run));
        Assert.Equal([1, 2, 3, 4], (await open.Runs.ReadEventsAsync(Run(), Cancel).ToListAsync(Cancel)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task Gives_back_every_kind_of_event_as_it_was_written()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var written = EveryEvent().Values.ToArray();
        await open.Journal.CommitAsync(Batch(Run(), written), Cancel);
        var read = await open.Runs.ReadEventsAsync(Run(), Cancel).ToListAsync(Cancel);
        Assert.Equal(written.Length, read.Count);
        foreach (var (before, after) in written.Zip(read))
        {
            Assert.Equal(before.GetType(), after.GetType());
            Assert.Equal(RunEventJson.Serialize(before), RunEventJson.Serialize(after));
            Assert.Equal(Run(), after.Run);
            Assert.Equal(before.Time, after.Time);
            Assert.Equal(TimeSpan.Zero, after.Time.Offset);
            Assert.Equal(before.TraceId, after.TraceId);
            Assert.Equal((before as StepEvent)?.Step, (after as StepEvent)?.Step);
            Assert.Equal((before as StepEvent)?.Attempt, (after as StepEvent)?.Attempt);
        }
    }

    [Fact]
    public async Task Keeps_two_runs_independent()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        await open.Journal.CommitAsync(Batch(Run(1), Started()), Cancel);
        await open.Journal.CommitAsync(Batch(Run(2), Started()), Cancel);
        await open.Journal.CommitAsync(Batch(Run(1), StepStarted("a")), Cancel);
        await open.Journal.CommitAsync(Batch(Run(2), StepStarted("b")), Cancel);
        foreach (var (run, step) in new[] { (Run(1), "a"), (Run(2), "b") })
        {
            var events = await open.Runs.ReadEventsAsync(run, Cancel).ToListAsync(Cancel);
            Assert.Equal([1, 2], events.Select(e => e.Sequence));
            Assert.Equal(step, Assert.IsType<StepStarted>(events[1]).Step.Value);
        }
    }

    [Fact]
    public async Task Gives_numbers_without_gaps_to_64_concurrent_writers()
    {
        const int Writers = 64;
        const int Each = 8;
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        await open.Journal.CommitAsync(Batch(Run(), Started()), Cancel);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    var commit = await open.Journal.CommitAsync(Batch(Intent((writer * Each) + i), StepStarted(), StepSucceeded()), Cancel);
                    Assert.Equal(commit.Events[0].Sequence + 1, commit.Events[1].Sequence);
                }
            },
            Cancel)));
        var events = await open.Runs.ReadEventsAsync(Run(), Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(1, 1 + (Writers * Each * 2)).Select(i => (long)i), events.Select(e => e.Sequence));
        var found = await open.Audit.VerifyAsync(Cancel);
        Assert.Null(found.Break);
        Assert.Equal(Writers * Each, found.Entries);
    }

    [Fact]
    public async Task Writes_nothing_of_a_batch_that_it_refuses_for_its_budget()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        await open.Journal.CommitAsync(Batch(Run(), Started()), Cancel);
        var budget = new BudgetCheck(Workflow, Credential, UsesPerRun: 1, UsesPerHour: null, Noon.AddHours(-1));
        var allowed = await open.Journal.CommitAsync(Batch(Intent(1), StepStarted()) with { Budget = budget }, Cancel);
        var refused = await open.Journal.CommitAsync(Batch(Intent(2), StepStarted()) with { Budget = budget }, Cancel);
        Assert.Null(allowed.Refused);
        Assert.Equal(new BudgetRefusal("uses_per_run", 1, 1), refused.Refused);
        Assert.Empty(refused.Events);
        Assert.Null(refused.Audit);
        Assert.Equal(2, await open.Runs.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        Assert.Equal(1, await open.Audit.QueryAsync(new AuditQuery(), Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Counts_a_run_budget_per_run_workflow_and_credential_and_only_allowed_intents()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var other = Names.CredentialName.Parse("crm/write");
        AuditDraft[] uncounted =
        [
            Outcome(1),
            Intent(2) with { Decision = AuditDecision.Denied },
            Intent(3, Run(2)),
            Intent(4) with { Credential = other, Scope = other.Scope },
            Intent(5) with { Workflow = new Names.WorkflowName("another") },
        ];
        foreach (var draft in uncounted)
        {
            await open.Journal.CommitAsync(Batch(draft), Cancel);
        }

        var budget = new BudgetCheck(Workflow, Credential, UsesPerRun: 1, UsesPerHour: null, Noon.AddHours(-1));
        Assert.Null((await open.Journal.CommitAsync(Batch(Intent(6)) with { Budget = budget }, Cancel)).Refused);
        Assert.NotNull((await open.Journal.CommitAsync(Batch(Intent(7)) with { Budget = budget }, Cancel)).Refused);
    }

    [Fact]
    public async Task Counts_an_hour_budget_over_all_runs_from_its_start_inclusive()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var start = Noon.AddHours(-1);
        await open.Journal.CommitAsync(Batch(Intent(1, Run(1), start.AddTicks(-1))), Cancel);
        await open.Journal.CommitAsync(Batch(Intent(2, Run(2), start)), Cancel);
        var budget = new BudgetCheck(Workflow, Credential, UsesPerRun: null, UsesPerHour: 2, start);
        Assert.Null((await open.Journal.CommitAsync(Batch(Intent(3, Run(3))) with { Budget = budget }, Cancel)).Refused);
        var refused = await open.Journal.CommitAsync(Batch(Intent(4, Run(4))) with { Budget = budget }, Cancel);
        Assert.Equal(new BudgetRefusal("uses_per_hour", 2, 2), refused.Refused);
    }

    [Fact]
    public async Task Counts_an_hour_budget_exactly_wherever_the_hour_begins()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var first = new DateTimeOffset(2026, 3, 1, 11, 59, 58, TimeSpan.Zero);

        // One use every half second over two borders of a minute, not in the order of their times.
        const int Uses = 130;
        for (var i = 0; i < Uses; i++)
        {
            await open.Journal.CommitAsync(Batch(Intent(i + 1, Run(i + 1), first.AddSeconds(i * 37 % Uses * 0.5))), Cancel);
        }

        foreach (var (start, used) in new[] { (-1.0, Uses), (0, Uses), (0.1, Uses - 1), (2, Uses - 4), (2.5, Uses - 5), (30.2, Uses - 61), (62, Uses - 124), (64.5, 1) })
        {
            var budget = new BudgetCheck(Workflow, Credential, UsesPerRun: null, UsesPerHour: used, first.AddSeconds(start));
            var refused = await open.Journal.CommitAsync(Batch(Intent(999, Run(999))) with { Budget = budget }, Cancel);
            Assert.Equal(new BudgetRefusal("uses_per_hour", used, used), refused.Refused);
        }

        var below = new BudgetCheck(Workflow, Credential, UsesPerRun: null, UsesPerHour: 2, first.AddSeconds(64.5));
        Assert.Null((await open.Journal.CommitAsync(Batch(Intent(1000, Run(1000), first.AddSeconds(64.5))) with { Budget = below }, Cancel)).Refused);
    }

    [Fact]
    public async Task Never_exceeds_a_budget_under_concurrency_and_keeps_it_over_a_restart()
    {
        const int Limit = 5;
        await using var place = CreatePlace();
        var budget = new BudgetCheck(Workflow, Credential, UsesPerRun: null, UsesPerHour: Limit, Noon.AddHours(-1));
        await using (var open = await place.OpenAsync())
        {
            var commits = await Task.WhenAll(Enumerable.Range(1, 40).Select(i => Task.Run(
                async () => await open.Journal.CommitAsync(Batch(Intent(i, Run(i)), StepStarted()) with { Budget = budget }, Cancel),
                Cancel)));
            Assert.Equal(Limit, commits.Count(commit => commit.Refused is null));
        }

        await using var reopened = await place.OpenAsync();
        var late = await reopened.Journal.CommitAsync(Batch(Intent(99, Run(99))) with { Budget = budget }, Cancel);
        Assert.Equal(Limit, late.Refused?.Used);
        Assert.Equal(Limit, await reopened.Audit.QueryAsync(new AuditQuery(), Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Has_every_commit_after_a_restart_and_goes_on_where_it_was()
    {
        await using var place = CreatePlace();
        AuditEntry? before;
        await using (var open = await place.OpenAsync())
        {
            await open.Journal.CommitAsync(Batch(Run(), Started()), Cancel);
            before = (await open.Journal.CommitAsync(Batch(Intent(1), StepStarted()), Cancel)).Audit;
        }

        await using var reopened = await place.OpenAsync();
        var commit = await reopened.Journal.CommitAsync(Batch(Outcome(2), StepSucceeded()), Cancel);
        Assert.Equal(3, commit.Events[0].Sequence);
        Assert.Equal(2, commit.Audit?.Sequence);
        Assert.Equal(before?.Hash, commit.Audit?.PreviousHash);
        Assert.Equal(3, await reopened.Runs.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        Assert.Null((await reopened.Audit.VerifyAsync(Cancel)).Break);
    }

    [Fact]
    public async Task Leaves_nothing_of_a_commit_that_was_cancelled_before_it()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await open.Journal.CommitAsync(Batch(Intent(1), Started()), cancelled.Token));
        Assert.Equal(0, await open.Runs.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        Assert.Equal(0, (await open.Audit.VerifyAsync(Cancel)).Entries);
    }

    [Fact]
    public async Task Refuses_to_start_a_run_twice_and_writes_nothing_of_that_batch()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        await open.Journal.CommitAsync(Batch(Run(), Started()), Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await open.Journal.CommitAsync(Batch(Intent(1), StepStarted(), Started()), Cancel));
        Assert.Equal(1, await open.Runs.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        Assert.Equal(0, (await open.Audit.VerifyAsync(Cancel)).Entries);
        Assert.Equal(2, (await open.Journal.CommitAsync(Batch(Run(), StepStarted()), Cancel)).Events[0].Sequence);
    }

    [Fact]
    public async Task Lists_runs_newest_first_with_how_they_ended()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        await open.Journal.CommitAsync(Batch(Run(1), Started(Noon)), Cancel);
        await open.Journal.CommitAsync(Batch(Run(2), Started(Noon.AddMinutes(2), "another")), Cancel);
        await open.Journal.CommitAsync(Batch(Run(3), Started(Noon.AddMinutes(1)), StepStarted()), Cancel);
        await open.Journal.CommitAsync(Batch(Run(1), Succeeded(Noon.AddMinutes(9))), Cancel);
        await open.Journal.CommitAsync(Batch(Run(2), new RunFailed(new RunError("tool_error", Text("No."))) { Time = Noon.AddMinutes(8) }), Cancel);
        var runs = await open.Runs.ListAsync(Cancel).ToListAsync(Cancel);
        Assert.Equal(
            [
                new RunSummary(Run(2), new Names.WorkflowName("another"), Noon.AddMinutes(2), Noon.AddMinutes(8), "run_failed", OwnerAlive: true),
                new RunSummary(Run(3), Workflow, Noon.AddMinutes(1), null, null, OwnerAlive: true),
                new RunSummary(Run(1), Workflow, Noon, Noon.AddMinutes(9), "run_succeeded", OwnerAlive: true),
            ],
            runs);
    }

    [Fact]
    public async Task Says_that_the_owner_is_gone_after_a_restart()
    {
        await using var place = CreatePlace();
        await using (var open = await place.OpenAsync())
        {
            await open.Journal.CommitAsync(Batch(Run(1), Started()), Cancel);
            Assert.True(await open.Runs.IsOwnerAliveAsync(Run(1), Cancel));
        }

        await using var reopened = await place.OpenAsync();
        await reopened.Journal.CommitAsync(Batch(Run(2), Started(Noon.AddMinutes(1))), Cancel);
        Assert.False(await reopened.Runs.IsOwnerAliveAsync(Run(1), Cancel));
        Assert.True(await reopened.Runs.IsOwnerAliveAsync(Run(2), Cancel));
        Assert.False(await reopened.Runs.IsOwnerAliveAsync(Run(3), Cancel));
        Assert.Equal([true, false], (await reopened.Runs.ListAsync(Cancel).ToListAsync(Cancel)).Select(run => run.OwnerAlive));
    }

    [Fact]
    public async Task Has_no_events_of_an_unknown_run()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        Assert.Equal(0, await open.Runs.ReadEventsAsync(Run(7), Cancel).CountAsync(Cancel));
        Assert.Equal(0, await open.Runs.ListAsync(Cancel).CountAsync(Cancel));
    }
}
