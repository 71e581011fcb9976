using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Engine;
using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Core.Tests.Credentials;

public sealed class StoreAccessTests
{
    private const string Chain = """
        [{"id":"one","type":"mcp_call","server":"crm","tool_name":"find"},
         {"id":"two","type":"mcp_call","server":"crm","tool_name":"update","depends_on":["one"]}]
        """;

    private readonly EngineHarness _harness = new();
    private readonly AccessMakingStore _store;

    // Rights are made side by side, in no order.
    private List<TestAccess> ByStep => [.. _store.Made.OrderBy(access => access.Context.Step?.Value, StringComparer.Ordinal)];

    public StoreAccessTests()
    {
        _store = new AccessMakingStore(_harness.Secrets);
        _harness.Store = _store;
        foreach (var tool in (string[])["find", "update", "list"])
        {
            _harness.Tools.Answers(tool, "{}");
        }
    }

    [Fact]
    public async Task Each_attempt_has_a_right_of_its_own_that_names_it_and_has_ended_when_the_run_is_reported()
    {
        var outcome = await _harness.RunAsync(Chain);

        Assert.Equal(RunStatus.Succeeded, outcome.Status);
        Assert.Equal(["one", "two"], ByStep.Select(access => access.Context.Step?.Value));
        Assert.All(_store.Made, access => Assert.True(access is { Used: true, Ended: true }));
        var second = ByStep[1].Context;
        Assert.Equal((outcome.Run, new ServerName("crm"), new ScopeName("write"), new ToolName("update"), 1), (second.Run!.Value, second.Server!.Value, second.Scope!.Value, second.Tool!.Value, second.Attempt!.Value));
    }

    [Fact]
    public async Task The_audit_outcome_names_the_right()
    {
        await _harness.RunAsync(Chain);

        var outcomes = _harness.Journal.AllEntries.Select(entry => entry.Draft).Where(draft => draft.TokenAccessor is not null);
        Assert.Equal(ByStep.Select(access => access.Accessor), outcomes.Select(draft => draft.TokenAccessor));
    }

    [Fact]
    public async Task The_right_of_the_next_step_is_made_while_the_step_before_it_acts()
    {
        var made = new TaskCompletionSource();
        _store.OnPrepare = request =>
        {
            if (request.Context.Step?.Value == "two")
            {
                made.SetResult();
            }

            return Task.CompletedTask;
        };
        _harness.Tools.On("find", async (_, token) =>
        {
            await made.Task.WaitAsync(TimeSpan.FromMinutes(1), token);
            return FakeToolCaller.Json("{}");
        });

        Assert.Equal(RunStatus.Succeeded, (await _harness.RunAsync(Chain)).Status);

        Assert.Equal(2, _store.Made.Count);
    }

    [Fact]
    public async Task Without_a_grant_no_right_is_made()
    {
        _harness.Grants = new GrantSet([]);

        await _harness.RunAsync(Chain);

        Assert.Empty(_store.Made);
    }

    [Fact]
    public async Task A_right_that_was_made_ahead_and_is_not_used_is_ended()
    {
        _harness.Tools.On("find", (_, _) => throw new InvalidOperationException("defect"));

        Assert.Equal(RunStatus.Failed, (await _harness.RunAsync(Chain)).Status);

        Assert.Contains(_store.Made, access => access is { Used: false, Context.Step.Value: "two" });
        Assert.All(_store.Made, access => Assert.True(access.Ended));
    }

    [Fact]
    public async Task No_right_is_made_ahead_for_a_step_that_may_be_skipped()
    {
        var steps = Chain.Replace("\"depends_on\"", "\"condition\":\"input.go\",\"depends_on\"", StringComparison.Ordinal);

        await _harness.RunAsync(steps, input: """{"go":false}""");

        Assert.Equal("one", Assert.Single(_store.Made).Context.Step?.Value);
    }

    [Fact]
    public async Task When_the_intent_cannot_be_written_the_right_is_ended_unused()
    {
        _harness.Journal.Fault = batch => batch.Audit is null ? null : new JournalUnavailableException("The disk is full.");

        await Assert.ThrowsAsync<JournalUnavailableException>(() => _harness.RunAsync(Chain));

        Assert.NotEmpty(_store.Made);
        Assert.All(_store.Made, access => Assert.True(access is { Used: false, Ended: true }));
    }

    [Fact]
    public async Task A_budget_that_is_used_up_ends_the_right_unused()
    {
        _harness.Grants = new GrantSet([new Grant(new WorkflowName("test"), new ServerName("crm"), new HashSet<ScopeName> { new("read"), new("write") }, new Budget(UsesPerRun: 1, UsesPerHour: null))]);
        var steps = Chain.Replace("\"update\"", "\"list\"", StringComparison.Ordinal);

        await _harness.RunAsync(steps);

        Assert.Equal([true, false], ByStep.Select(access => access.Used));
        Assert.All(_store.Made, access => Assert.True(access.Ended));
    }

    [Fact]
    public async Task A_store_that_cannot_make_a_right_ahead_is_still_asked()
    {
        _store.RefusesToPrepare = true;

        Assert.Equal(RunStatus.Succeeded, (await _harness.RunAsync(Chain)).Status);

        Assert.All(_store.Made, access => Assert.True(access is { Used: true, Ended: true }));
    }

    [Fact]
    public async Task A_failed_step_and_a_cancelled_run_end_their_rights()
    {
        using var stop = new CancellationTokenSource();
        _harness.Tools.On("find", async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return FakeToolCaller.Json("{}");
        });

        Assert.Equal(RunStatus.Cancelled, (await _harness.RunAsync(Chain, cancellationToken: stop.Token)).Status);

        Assert.NotEmpty(_store.Made);
        Assert.All(_store.Made, access => Assert.True(access.Ended));
    }

    [Fact]
    public async Task The_run_is_not_reported_as_ended_before_its_rights_have_ended()
    {
        var release = new TaskCompletionSource();
        _store.OnEnd = _ => release.Task;

        var run = _harness.RunAsync(Chain);
        while (_harness.Journal.AllEvents.Count(one => one is StepSucceeded) < 2)
        {
            await Task.Yield();
        }

        Assert.False(run.IsCompleted);
        Assert.DoesNotContain(_harness.Journal.AllEvents, one => one is RunSucceeded);
        release.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await run).Status);
    }

    [Fact]
    public async Task A_right_is_never_printed() => Assert.Equal("[store access accessor-1]", (await _store.PrepareAsync(new SecretReadRequest(CredentialName.Parse("crm/read"), null, new SecretAccessContext { Principal = "p", Purpose = "step" }), default))!.ToString());
}
