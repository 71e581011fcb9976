using AgentRuntime.Audit;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Names;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Storage;

namespace AgentRuntime.Core.Tests.Audit.Reconciliation;

public sealed class ReconcilerTests
{
    private static readonly DateTimeOffset Noon = JournalSamples.Noon;
    private static readonly RunId Run = JournalSamples.Run();
    private readonly RecordedUses _uses = new();
    private string _head = AuditChain.Origin;
    private int _entries;

    [Fact]
    public void A_request_with_a_recorded_id_is_matched()
    {
        Use("req-1");

        var match = Assert.Single(Reconcile(Read("req-1")).Matched);

        Assert.Equal(JoinedBy.RequestId, match.By);
        Assert.Equal(("find", AuditResult.Succeeded), (match.Use.Entry.Step.Value, match.Use.Entry.Result));
    }

    [Fact]
    public void A_read_that_nothing_names_is_unexplained()
    {
        Use("req-1");

        var report = Reconcile(Read("req-1"), Read("req-2") with { Actor = "maria", Address = "198.51.100.7" });

        Assert.Equal(("not_recorded", "maria"), (Assert.Single(report.Unexplained).Reason, report.Unexplained[0].Read.Actor));
        Assert.False(report.IsExplained);
    }

    [Fact]
    public void The_same_id_a_second_time_is_unexplained()
    {
        Use("req-1");

        Assert.Equal("duplicate", Reason(Read("req-1"), Read("req-1")));
    }

    [Fact]
    public void An_id_that_read_another_credential_is_unexplained()
    {
        Use("req-1");

        Assert.Equal("other_credential", Reason(Read("req-1", "crm/write")));
    }

    [Fact]
    public void An_id_with_a_token_of_another_attempt_is_unexplained()
    {
        Use("req-1");

        Assert.Equal("other_attempt", Reason(Read("req-1") with { Claim = Claim(attempt: 2) }));
        Assert.Equal("other_attempt", Reason(Read("req-1") with { Claim = Claim() with { Workflow = "another" } }));
    }

    [Fact]
    public void A_token_of_a_run_that_the_log_does_not_know_is_unexplained_and_says_so()
    {
        Use("req-1");

        var judged = Assert.Single(Reconcile(Read("req-2") with { Claim = Claim("run_made-up") }).Unexplained);

        Assert.Equal("unknown_run", judged.Reason);
        Assert.Contains("claims run run_made-up, which this log does not know", judged.Message);
    }

    [Fact]
    public void A_token_of_an_unknown_or_denied_attempt_is_unexplained()
    {
        Use("req-1");
        Add(JournalSamples.Intent(9) with { Step = new StepPath("pay"), Decision = AuditDecision.Denied, Result = AuditResult.Failed });

        Assert.Equal("unknown_attempt", Reason(Read("req-2") with { Claim = Claim(attempt: 7) }));
        var denied = Assert.Single(Reconcile(Read("req-3") with { Claim = Claim(step: "pay") }).Unexplained);
        Assert.Contains("denied", denied.Message);
    }

    [Fact]
    public void A_use_without_an_outcome_is_explained_by_its_token_once()
    {
        Add(JournalSamples.Intent(1));

        var report = Reconcile(Read("req-1") with { Claim = Claim() }, Read("req-2") with { Claim = Claim() });

        Assert.Equal(JoinedBy.Token, Assert.Single(report.Matched).By);
        Assert.Equal("duplicate", Assert.Single(report.Unexplained).Reason);
        Assert.Empty(report.IntentsWithoutRead);
    }

    [Fact]
    public void A_refused_try_does_not_use_up_the_use()
    {
        Add(JournalSamples.Intent(1));

        var report = Reconcile(Read("req-1") with { Claim = Claim(), Outcome = StoreReadOutcome.Refused }, Read("req-2") with { Claim = Claim() });

        Assert.Equal(2, report.Matched.Count);
        Assert.True(report.IsExplained);
    }

    [Fact]
    public void A_token_explains_only_the_request_that_its_attempt_recorded()
    {
        Use("req-1");

        Assert.Equal("other_request", Reason(Read("req-1") with { Claim = Claim() }, Read("req-2") with { Claim = Claim() }));
        Assert.Equal("other_credential", Reason(Read("req-3", "crm/write") with { Claim = Claim() }));
    }

    [Fact]
    public void A_token_explains_what_belongs_to_the_read_beside_it()
    {
        Use("req-1");

        var report = Reconcile(Read("req-1") with { Claim = Claim() }, Read("req-2") with { Credential = null, IsBeside = true, Path = "transit/decrypt/master", Claim = Claim() });

        Assert.Equal([JoinedBy.RequestId, JoinedBy.Token], report.Matched.Select(match => match.By));
        Assert.True(report.IsExplained);
    }

    [Fact]
    public void An_accessor_in_clear_names_the_attempt_too()
    {
        Use(null, accessor: "acc-1");

        Assert.Equal(JoinedBy.Token, Assert.Single(Reconcile(Read("req-9") with { TokenAccessor = "acc-1" }).Matched).By);
    }

    [Theory]
    [InlineData(StoreReadOutcome.Refused)]
    [InlineData(StoreReadOutcome.Read)]
    public void A_revoked_token_stands_out_whatever_the_store_answered(StoreReadOutcome outcome)
    {
        Use("req-1");
        var late = Read("req-2", at: 2) with { Claim = Claim(), Outcome = outcome, RevokedAt = Noon.AddSeconds(1.5) };

        var report = Reconcile(Read("req-1"), late, late with { RequestId = "req-3", Claim = Claim("run_other") });

        Assert.Equal(["after_revocation", "after_revocation"], report.AfterRevocation.Select(judged => judged.Reason));
        Assert.Same(Assert.Single(report.Matched).Use, report.AfterRevocation[0].Use);
        Assert.False(report.IsExplained);
    }

    [Fact]
    public void A_token_that_is_used_after_the_use_ended_stands_out_beyond_the_tolerance()
    {
        Use("req-1");

        Assert.Equal("after_outcome", Assert.Single(Reconcile(Read("req-2", at: 6.1) with { Claim = Claim() }).AfterRevocation).Reason);
        Assert.Empty(Reconcile(Read("req-3", at: 5.9) with { Claim = Claim() }).AfterRevocation);
    }

    [Fact]
    public void A_token_that_is_used_before_the_intent_stands_out_beyond_the_tolerance()
    {
        Use(null);

        Assert.Equal("before_intent", Reason(Read("req-1", at: -5.1) with { Claim = Claim() }));
        Assert.Single(Reconcile(Read("req-1", at: -5.1) with { Claim = Claim(), Precision = TimeSpan.FromSeconds(1) }).Matched);
    }

    [Fact]
    public void Clocks_that_differ_more_than_allowed_are_mentioned_and_do_not_undo_a_match_by_id()
    {
        Use("req-1");

        var report = Reconcile(Read("req-1", at: -30));

        Assert.Single(report.Matched);
        Assert.Equal(TimeSpan.FromSeconds(30), report.ClockSkew);
        Assert.Null(Reconcile(Read("req-1", at: 0.5)).ClockSkew);
    }

    [Fact]
    public void A_token_for_another_purpose_is_a_class_of_its_own()
    {
        var report = Reconcile(Read("req-1") with { Claim = new AttemptClaim(null, null, null, null, "set") }, Read("req-2") with { IsOfRuntime = true });

        Assert.Equal(2, report.OutsideRuns.Count);
        Assert.True(report.IsExplained);
    }

    [Theory]
    [InlineData(StoreReadOutcome.Refused)]
    [InlineData(StoreReadOutcome.Nothing)]
    [InlineData(StoreReadOutcome.Unanswered)]
    public void What_gave_no_value_is_listed_and_is_no_unexplained_read(StoreReadOutcome outcome)
    {
        var report = Reconcile(Read("req-1") with { Outcome = outcome });

        Assert.Single(report.WithoutValue);
        Assert.True(report.IsExplained);
    }

    [Fact]
    public void The_correlation_id_of_an_attempt_joins_once_and_in_its_time()
    {
        Use("server-side-id");
        var correlated = Read(null) with { Store = "azure", CorrelationId = AttemptCorrelation.Of(Run, new StepPath("find"), 1).ToString().ToUpperInvariant() };

        Assert.Equal(JoinedBy.CorrelationId, Assert.Single(Reconcile(correlated).Matched).By);
        Assert.Equal("duplicate", Reason(correlated, correlated));
        Assert.Single(Reconcile(correlated with { Time = Noon.AddHours(1) }).AfterRevocation);
    }

    [Fact]
    public void A_correlation_id_that_was_recorded_as_the_request_id_joins()
    {
        Use("0b8f3a52-0000-8000-8000-000000000001");

        Assert.Equal(JoinedBy.RequestId, Assert.Single(Reconcile(Read(null) with { CorrelationId = "0B8F3A52-0000-8000-8000-000000000001" }).Matched).By);
    }

    [Fact]
    public void A_session_joins_a_use_without_an_id_in_its_time_and_explains_nothing_else()
    {
        Add(JournalSamples.Intent(1));
        var named = Read("req-1") with { Session = $"{Run}@find" };

        Assert.Equal(JoinedBy.Session, Assert.Single(Reconcile(named).Matched).By);
        Assert.Equal("other_request", Reason(named, named with { RequestId = "req-2" }));
        Assert.Equal("other_request", Reason(named with { Time = Noon.AddHours(-1) }));
        Assert.Equal("not_recorded", Reason(named with { Session = "maria" }));
    }

    [Fact]
    public void Allowed_uses_without_a_request_are_told_with_the_reason()
    {
        Add(JournalSamples.Intent(1) with { Store = "vault", Step = new StepPath("died") });
        Use(null, step: "stopped");
        Use("req-7", step: "gone");
        Use("req-8", step: "there");

        var report = Reconcile([Read("req-8")], Extent(-60, 60));

        Assert.Equal(["died:no_outcome", "stopped:no_request_id", "gone:not_in_log"], report.IntentsWithoutRead.Select(unread => $"{unread.Use.Entry.Step}:{unread.Reason}"));
        Assert.True(report.IsExplained);
    }

    [Theory]
    [InlineData(-60, 60, 1)]
    [InlineData(-4, 60, 0)]
    [InlineData(-60, 5, 0)]
    public void Uses_at_the_ends_of_the_log_are_not_missed(double first, double last, int expected)
    {
        Use("req-1");

        Assert.Equal(expected, Reconcile([], Extent(first, last)).IntentsWithoutRead.Count);
    }

    [Fact]
    public void Uses_of_another_store_are_not_missed_in_this_log()
    {
        Use("req-1", store: "aws");

        Assert.Empty(Reconcile([], Extent(-60, 60)).IntentsWithoutRead);
    }

    [Fact]
    public void Only_the_window_is_reported_and_what_lies_before_it_still_counts_as_matched()
    {
        Use("req-1");
        var report = Reconcile(new ReconcileOptions { Since = Noon.AddSeconds(0.5), Until = Noon.AddSeconds(10) }, [Read("req-1", at: 0.1), Read("req-x", at: 0.2), Read("req-1", at: 1), Read("req-y", at: 11)], Extent(-60, 60));

        Assert.Empty(report.Matched);
        Assert.Equal("duplicate", Assert.Single(report.Unexplained).Reason);
        Assert.Empty(report.IntentsWithoutRead);
    }

    [Fact]
    public async Task The_log_of_a_real_server_is_told_apart()
    {
        var log = await File.ReadAllTextAsync(Path.Combine(TestEnvironment.RepositoryRoot, "tests", "fixtures", "vault", "audit.jsonl"), TestContext.Current.CancellationToken);
        var reads = await new VaultAuditReader(new VaultAuditOptions { Prefix = string.Empty }).ReadAsync(log, 65536);
        var own = Assert.Single(reads, read => read.Line == 34);
        var intent = JournalSamples.Intent(1) with
        {
            Run = new RunId("run-01JD"),
            Step = new StepPath("step-3"),
            Workflow = new WorkflowName("wf-invoice"),
            Credential = CredentialName.Parse("tools/github"),
            Time = own.Time.AddMilliseconds(-20),
        };
        Add(intent);
        Add(JournalSamples.Outcome(2) with { Run = intent.Run, Step = intent.Step, Workflow = intent.Workflow, Credential = intent.Credential, Time = own.Time.AddMilliseconds(1), StoreRequestId = own.RequestId, TokenAccessor = null });

        var report = Reconcile(new ReconcileOptions { Tolerance = TimeSpan.Zero }, [.. reads], []);

        Assert.Equal([(34L, JoinedBy.RequestId)], report.Matched.Select(match => (match.Read.Line, match.By)));
        Assert.Equal([36, 38, 40, 46, 50, 60, 82, 211, 227, 253, 255], report.AfterRevocation.Select(judged => judged.Read.Line));
        Assert.Equal("after_revocation", Assert.Single(report.AfterRevocation, judged => judged.Read.Line == 50).Reason);
        Assert.Equal([24, 26, 106, 117, 119, 293, 295, 299, 301, 314], report.Unexplained.Select(judged => judged.Read.Line));
        Assert.Equal([28, 99, 121, 141, 149, 153, 155, 283, 285, 287, 297], report.WithoutValue.Select(judged => judged.Read.Line));
    }

    private static AttemptClaim Claim(string? run = null, string step = "find", int attempt = 1) => new(run ?? Run.Value, step, attempt, "invoice-follow-up", null);

    private static StoreReadRecord Read(string? id, string credential = "crm/read", double at = 0.1) => new()
    {
        Time = Noon.AddSeconds(at),
        Store = "vault",
        Path = "secret/data/agentruntime/" + credential,
        Credential = CredentialName.Parse(credential),
        Outcome = StoreReadOutcome.Read,
        RequestId = id,
    };

    private static Dictionary<string, StoreLogExtent> Extent(double first, double last)
    {
        var extent = new StoreLogExtent();
        extent.Add(Noon.AddSeconds(last));
        extent.Add(Noon.AddSeconds(first));
        return new(StringComparer.Ordinal) { ["vault"] = extent };
    }

    /// <summary>A use from noon to one second later.</summary>
    private void Use(string? request, string? accessor = null, string step = "find", string store = "vault")
    {
        Add(JournalSamples.Intent(_entries) with { Step = new StepPath(step), Store = store });
        Add(JournalSamples.Outcome(_entries) with { Step = new StepPath(step), Store = store, Time = Noon.AddSeconds(1), StoreRequestId = request, TokenAccessor = accessor });
    }

    private void Add(AuditDraft draft)
    {
        var chained = AuditChain.Append(AuditChain.Prepare(draft), ++_entries, _head);
        _head = chained.Entry.Hash;
        _uses.Add(chained.Entry);
    }

    private string Reason(params StoreReadRecord[] reads) => Assert.Single(Reconcile(reads).Unexplained).Reason;

    private ReconciliationReport Reconcile(params StoreReadRecord[] reads) => Reconcile(reads, []);

    private ReconciliationReport Reconcile(StoreReadRecord[] reads, Dictionary<string, StoreLogExtent> logs) => Reconcile(new ReconcileOptions(), reads, logs);

    /// <summary>Each time from the same uses, as if nothing had been compared before.</summary>
    private ReconciliationReport Reconcile(ReconcileOptions options, StoreReadRecord[] reads, Dictionary<string, StoreLogExtent> logs)
    {
        foreach (var use in _uses.All)
        {
            use.IsMatched = false;
            use.HasOwnRead = false;
        }

        var reconciler = new Reconciler(_uses, options);
        foreach (var read in reads)
        {
            reconciler.Add(read);
        }

        return reconciler.Finish(logs);
    }
}
