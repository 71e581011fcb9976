using AgentRuntime.Audit;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Engine;

namespace AgentRuntime.Core.Tests.Credentials;

public sealed class CredentialBrokerTests
{
    private readonly EngineHarness _harness = new();

    [Fact]
    public async Task Without_a_grant_nothing_is_read_and_a_denied_entry_is_written()
    {
        _harness.Grants = new GrantSet([]);

        var result = await LeaseAsync("find");

        Assert.Equal("denied", Assert.IsType<LeaseResult.Denied>(result).Code);
        Assert.Empty(_harness.Secrets.Requests);
        var entry = Assert.Single(_harness.Journal.AllEntries).Draft;
        Assert.Equal(AuditDecision.Denied, entry.Decision);
        Assert.Empty(_harness.Journal.AllEvents);
    }

    [Fact]
    public async Task A_grant_for_one_scope_gives_no_other()
    {
        _harness.Grants = Grants("crm", budget: null, "read");

        Assert.IsType<LeaseResult.Denied>(await LeaseAsync("update"));
        Assert.IsType<LeaseResult.Granted>(await LeaseAsync("find"));
    }

    [Fact]
    public async Task A_grant_of_another_workflow_gives_nothing()
    {
        _harness.Grants = new GrantSet([new Grant(new WorkflowName("other"), new ServerName("crm"), new HashSet<ScopeName> { new("read") }, Budget: null)]);

        Assert.IsType<LeaseResult.Denied>(await LeaseAsync("find"));
    }

    [Fact]
    public async Task When_the_intent_cannot_be_written_the_store_is_never_asked()
    {
        _harness.Journal.Fault = _ => new JournalUnavailableException("The disk is full.");

        await Assert.ThrowsAsync<JournalUnavailableException>(() => LeaseAsync("find"));

        Assert.Empty(_harness.Secrets.Requests);
    }

    [Fact]
    public void Without_a_journal_there_is_no_broker() =>
        Assert.Throws<ArgumentNullException>(() => new CredentialBroker(_harness.Grants, null!, _harness.Secrets, _harness.Scrubber, _harness.Scrubber, new IdGenerator(_harness.Time), _harness.Time));

    [Fact]
    public async Task The_intent_is_durable_before_the_store_is_read()
    {
        var entriesAtRead = -1;
        _harness.Secrets.OnRead = (_, _) =>
        {
            entriesAtRead = _harness.Journal.AllEntries.Count;
            return ValueTask.CompletedTask;
        };

        await LeaseAsync("find");

        Assert.Equal(1, entriesAtRead);
    }

    [Fact]
    public async Task The_scrubber_knows_the_value_when_the_lease_is_released()
    {
        Assert.False(_harness.Scrubber.HoldsSecret(_harness.CrmReadKey));

        await LeaseAsync("find");

        Assert.True(_harness.Scrubber.HoldsSecret(_harness.CrmReadKey));
    }

    [Fact]
    public async Task A_budget_per_run_is_enforced_before_the_fetch()
    {
        _harness.Grants = Grants("crm", new Budget(UsesPerRun: 2, UsesPerHour: null), "read");
        await LeaseAsync("find");
        await LeaseAsync("find");

        var third = await LeaseAsync("find");

        Assert.Equal("budget_exceeded", Assert.IsType<LeaseResult.Denied>(third).Code);
        Assert.Equal(2, _harness.Secrets.Requests.Count);
        Assert.IsType<LeaseResult.Granted>(await LeaseAsync("find", run: "run_other"));
    }

    [Fact]
    public async Task A_budget_per_hour_counts_all_runs_and_frees_itself()
    {
        _harness.Grants = Grants("crm", new Budget(UsesPerRun: null, UsesPerHour: 1), "read");
        await LeaseAsync("find", run: "run_a");

        Assert.IsType<LeaseResult.Denied>(await LeaseAsync("find", run: "run_b"));
        _harness.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.IsType<LeaseResult.Granted>(await LeaseAsync("find", run: "run_b"));
    }

    [Fact]
    public async Task A_lease_that_nobody_settles_records_an_outcome_and_zeroes_its_value()
    {
        var lease = Assert.IsType<LeaseResult.Granted>(await LeaseAsync("find")).Lease;
        var value = lease.Field("value");

        await lease.DisposeAsync();
        await lease.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => value.Length);
        var outcome = Assert.Single(_harness.Journal.AllEntries, entry => entry.Draft.Phase == AuditPhase.Outcome).Draft;
        Assert.Equal(AuditResult.InDoubt, outcome.Result);
        Assert.Equal("1", outcome.CredentialVersion?.Value);
    }

    [Fact]
    public async Task A_failing_store_leaves_an_outcome_and_its_own_words()
    {
        _harness.Secrets.FailNextRead(SecretFailureKind.Unavailable, "sealed");

        var result = Assert.IsType<LeaseResult.NotRead>(await LeaseAsync("find"));
        await result.Use.DisposeAsync();

        Assert.Equal(SecretFailureKind.Unavailable, result.Kind);
        Assert.Single(_harness.Journal.AllEntries, entry => entry.Draft.Phase == AuditPhase.Outcome);
    }

    [Fact]
    public async Task A_store_that_throws_leaves_an_outcome_too()
    {
        _harness.Secrets.OnRead = (_, _) => throw new InvalidOperationException("broken");

        await Assert.ThrowsAsync<InvalidOperationException>(() => LeaseAsync("find"));

        Assert.Equal(AuditResult.Failed, Assert.Single(_harness.Journal.AllEntries, entry => entry.Draft.Phase == AuditPhase.Outcome).Draft.Result);
    }

    [Fact]
    public async Task A_credential_without_the_fields_of_its_manifest_is_not_released()
    {
        _harness.Secrets.Put("crm/read", ("token", "canary-" + Guid.NewGuid()));

        var result = Assert.IsType<LeaseResult.NotRead>(await LeaseAsync("find"));

        Assert.Equal(SecretFailureKind.Invalid, result.Kind);
        Assert.Contains("'value'", result.Message.Text, StringComparison.Ordinal);
        Assert.All(_harness.Secrets.HandedOut[^1].Fields.Values, value => Assert.Throws<ObjectDisposedException>(() => value.Length));
    }

    [Fact]
    public async Task Intent_and_outcome_say_who_used_what_for_which_step()
    {
        var lease = Assert.IsType<LeaseResult.Granted>(await LeaseAsync("find")).Lease;
        await lease.SettleAsync(new LeaseOutcome(AuditResult.Succeeded));
        await lease.DisposeAsync();

        var (intent, outcome) = (_harness.Journal.AllEntries[0].Draft, _harness.Journal.AllEntries[1].Draft);
        Assert.Equal("user:test|test|run_1|a|1|crm|find|read|crm/read|memory|trace", string.Join('|', intent.Principal, intent.Workflow, intent.Run, intent.Step, intent.Attempt, intent.Server, intent.Tool, intent.Scope, intent.Credential, intent.Store, intent.TraceId));
        Assert.Equal((AuditResult.Succeeded, "1"), (outcome.Result, outcome.CredentialVersion?.Value));
        Assert.NotNull(outcome.StoreRequestId);
        Assert.NotEqual(intent.Id, outcome.Id);
        Assert.Null(intent.Result);
    }

    private Task<LeaseResult> LeaseAsync(string tool, string run = "run_1") => _harness.Broker.LeaseAsync(
        new LeaseRequest
        {
            Principal = "user:test",
            Workflow = new WorkflowName("test"),
            WorkflowSha256 = new string('0', 64),
            Run = new RunId(run),
            Step = new StepPath("a"),
            Attempt = 1,
            Server = _harness.Servers[new ServerName("crm")],
            Tool = new ToolName(tool),
            TraceId = "trace",
        },
        CancellationToken.None).AsTask();

    private static GrantSet Grants(string server, Budget? budget, params string[] scopes) =>
        new([new Grant(new WorkflowName("test"), new ServerName(server), scopes.Select(scope => new ScopeName(scope)).ToHashSet(), budget)]);
}
