using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Engine;
using AgentRuntime.Tools;

namespace AgentRuntime.Core.Tests.Runs;

public sealed class RunEngineTests
{
    private readonly EngineHarness _harness = new();

    [Fact]
    public async Task Runs_steps_in_the_order_of_their_dependencies_and_passes_results_on()
    {
        _harness.Tools.Answers("find", """{"id":"c1"}""").On("update", (call, _) => ValueTask.FromResult(FakeToolCaller.Json(call.Arguments.GetRawText())));

        var run = await _harness.RunAsync("""
            [{"id":"b","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{"who":"{{steps.a.result.id}}"},"depends_on":["a"]},
             {"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]
            """);

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("""{"b":{"who":"c1"}}""", run.Outputs.ToString());
        Assert.Equal(["find", "update"], _harness.Tools.Calls.Select(call => call.Tool.Value));
    }

    [Fact]
    public async Task Makes_exactly_two_commits_for_an_attempt_of_a_tool_call()
    {
        _harness.Tools.Answers("find", "{}");

        await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""");

        // run_started, (step_started + intent), (outcome + step_succeeded), run_succeeded
        Assert.Equal(4, _harness.Journal.Commits);
        Assert.Equal(["run_started", "step_started", "step_succeeded", "run_succeeded"], EventTypes());
        Assert.Equal([AuditPhase.Intent, AuditPhase.Outcome], _harness.Journal.AllEntries.Select(entry => entry.Draft.Phase));
    }

    [Fact]
    public async Task Gives_each_step_only_the_credential_of_its_tools_scope()
    {
        var seen = new List<string>();
        _harness.Tools.On("find", Remember).On("update", Remember);

        await _harness.RunAsync("""
            [{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}},
             {"id":"b","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{},"depends_on":["a"]}]
            """);

        Assert.Equal([_harness.CrmReadKey, _harness.CrmWriteKey], seen);
        Assert.Equal(["crm/read", "crm/write"], _harness.Secrets.Requests.Select(request => request.Credential.ToString()));

        ValueTask<ToolOutcome> Remember(ToolCall call, CancellationToken cancellationToken)
        {
            seen.Add(call.Lease!.Field("value").RevealString());
            return ValueTask.FromResult(FakeToolCaller.Json("{}"));
        }
    }

    [Theory]
    [InlineData(SecretFailureKind.Missing, "secret_not_readable")]
    [InlineData(SecretFailureKind.Disabled, "secret_not_readable")]
    [InlineData(SecretFailureKind.Deleted, "secret_not_readable")]
    [InlineData(SecretFailureKind.Invalid, "secret_not_readable")]
    [InlineData(SecretFailureKind.Denied, "secret_denied")]
    [InlineData(SecretFailureKind.Integrity, "secret_integrity")]
    [InlineData(SecretFailureKind.Unavailable, "secret_unavailable")]
    [InlineData(SecretFailureKind.Throttled, "secret_unavailable")]
    public async Task Says_why_a_credential_could_not_be_had_and_does_not_call_the_tool(SecretFailureKind kind, string code)
    {
        _harness.Secrets.FailNextRead(kind);

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""");

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(code, run.Error?.Code);
        Assert.Empty(_harness.Tools.Calls);
    }

    [Fact]
    public async Task A_run_ends_as_it_would_and_settles_its_leases_when_the_one_who_watches_it_throws()
    {
        _harness.Tools.Answers("find", "{}");

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""", observer: new ThrowingObserver());

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(["run_started", "step_started", "step_succeeded", "run_succeeded"], EventTypes());
        Assert.Equal([AuditPhase.Intent, AuditPhase.Outcome], _harness.Journal.AllEntries.Select(entry => entry.Draft.Phase));
    }

    [Fact]
    public async Task Zeroes_the_value_when_the_attempt_ends()
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Json("{}"));

        await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""");

        Assert.Throws<ObjectDisposedException>(() => _harness.Tools.Calls[0].Lease!.Field("value").RevealBytes().Length);
    }

    [Fact]
    public async Task Scrubs_a_result_before_it_is_stored_or_used_by_later_steps()
    {
        _harness.Tools.Answers("find", $$"""{"echo":"key is {{_harness.CrmReadKey}}"}""");

        var run = await _harness.RunAsync("""
            [{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}},
             {"id":"b","type":"mcp_call","server":"crm","tool_name":"ping","tool_args":{"text":"{{steps.a.result.echo}}"},"depends_on":["a"]}]
            """);

        Assert.Equal("key is [redacted:crm/read#v1]", _harness.Tools.Calls[1].Arguments.GetProperty("text").GetString());
        Assert.DoesNotContain(_harness.Journal.AllEvents, e => RunEventJsonText(e).Contains(_harness.CrmReadKey, StringComparison.Ordinal));
        Assert.Equal(RunStatus.Failed, run.Status); // 'ping' has no answer in this test: unknown tool
    }

    [Fact]
    public async Task Uses_the_new_version_in_the_next_attempt_after_a_rotation()
    {
        _harness.Tools.On("find", (call, _) =>
        {
            _harness.Secrets.Put("crm/read", "rotated-" + Guid.NewGuid().ToString("N"));
            return ValueTask.FromResult(FakeToolCaller.Json("{}"));
        });

        var run = await _harness.RunAsync("""
            [{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}},
             {"id":"b","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"depends_on":["a"]}]
            """);

        Assert.Equal(["1", "2"], new[] { "a", "b" }.Select(id => run.State.Steps[new StepPath(id)].CredentialVersion));
    }

    [Fact]
    public async Task Fetches_a_rejected_credential_again_exactly_once()
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Fails(ToolFailureKind.CredentialRejected));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""");

        Assert.Equal(2, _harness.Tools.Calls.Count);
        Assert.Equal(2, _harness.Secrets.Requests.Count);
        Assert.Equal("credential_rejected", run.Error!.Code);
        Assert.Equal([AuditResult.CredentialRejected, AuditResult.CredentialRejected], Outcomes());
    }

    [Fact]
    public async Task Does_not_repeat_a_rejected_call_that_may_have_acted()
    {
        _harness.Tools.AnswersInTurn("update", FakeToolCaller.Fails(ToolFailureKind.CredentialRejected, effectPossible: true));

        await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{}}]""");

        Assert.Single(_harness.Tools.Calls);
    }

    [Fact]
    public async Task Leaves_a_step_in_doubt_when_a_call_that_must_not_be_repeated_loses_its_connection()
    {
        _harness.Tools.AnswersInTurn("update", FakeToolCaller.Fails(ToolFailureKind.ConnectionLost, effectPossible: true));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{},"retry_count":3}]""");

        Assert.Single(_harness.Tools.Calls);
        Assert.Equal(StepStatus.InDoubt, run.State.Steps[new StepPath("a")].Status);
        Assert.Equal([AuditResult.InDoubt], Outcomes());
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public async Task Repeats_an_idempotent_call_that_lost_its_connection()
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Fails(ToolFailureKind.ConnectionLost, effectPossible: true), FakeToolCaller.Json("1"));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"retry_count":1}]""");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(["run_started", "step_started", "step_retrying", "step_started", "step_succeeded", "run_succeeded"], EventTypes());
    }

    [Fact]
    public async Task Repeats_a_call_that_the_server_was_too_busy_for_although_its_tool_is_not_idempotent()
    {
        _harness.Tools.AnswersInTurn("update", FakeToolCaller.Fails(ToolFailureKind.RateLimited), FakeToolCaller.Json("1"));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{},"retry":{"max_attempts":2,"on":["rate_limited"]}}]""");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("rate_limited", Assert.Single(_harness.Journal.AllEvents.OfType<StepRetrying>()).Error.Code);
    }

    [Theory]
    [MemberData(nameof(FailureKinds))]
    public async Task Each_way_of_failing_has_its_own_code(ToolFailureKind kind)
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Fails(kind));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""");

        Assert.Equal(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()), run.Error!.Code);
    }

    public static TheoryData<ToolFailureKind> FailureKinds => new(Enum.GetValues<ToolFailureKind>());

    [Fact]
    public async Task A_timeout_ends_the_attempt_and_the_lease()
    {
        _harness.Time.Held = TimeSpan.FromSeconds(5);
        _harness.Tools.On("update", (_, cancellationToken) =>
        {
            _harness.Time.Advance(TimeSpan.FromSeconds(5));
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException("The deadline must reach the tool.");
        });

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{},"timeout_s":5}]""");

        Assert.Equal("timeout", run.Error!.Code);
        Assert.Equal(StepStatus.InDoubt, run.State.Steps[new StepPath("a")].Status);
        Assert.Equal([AuditResult.InDoubt], Outcomes());
    }

    [Fact]
    public async Task The_first_failure_cancels_siblings_and_skips_what_depends_on_it()
    {
        _harness.Tools
            .On("list", async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _harness.Time, cancellationToken);
                throw new InvalidOperationException();
            })
            .AnswersInTurn("find", FakeToolCaller.Fails(ToolFailureKind.ToolError, "no such customer"));

        var run = await _harness.RunAsync("""
            [{"id":"slow","type":"mcp_call","server":"crm","tool_name":"list","tool_args":{}},
             {"id":"bad","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}},
             {"id":"after","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"depends_on":["bad"]},
             {"id":"other","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"depends_on":["slow"]}]
            """);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("bad", run.Error!.Step);
        Assert.Equal(StepStatus.Cancelled, run.State.Steps[new StepPath("slow")].Status);
        Assert.Equal(StepStatus.Skipped, run.State.Steps[new StepPath("after")].Status);
        Assert.Contains("bad", run.State.Steps[new StepPath("after")].Reason, StringComparison.Ordinal);
        Assert.Equal(StepStatus.Skipped, run.State.Steps[new StepPath("other")].Status);
    }

    [Fact]
    public async Task A_failure_that_may_be_continued_lets_dependants_run_with_a_fallback()
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Fails(ToolFailureKind.ToolError)).On("list", (call, _) => ValueTask.FromResult(FakeToolCaller.Json(call.Arguments.GetRawText())));

        var run = await _harness.RunAsync("""
            [{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"on_error":"continue"},
             {"id":"b","type":"mcp_call","server":"crm","tool_name":"list","tool_args":{"x":"{{steps.a.result.id | \"none\"}}"},"depends_on":["a"]}]
            """);

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("""{"b":{"x":"none"}}""", run.Outputs.ToString());
    }

    [Fact]
    public async Task A_step_is_skipped_when_all_that_it_waited_for_was_skipped()
    {
        _harness.Tools.Answers("find", "{}");

        var run = await _harness.RunAsync("""
            [{"id":"off","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"enabled":false},
             {"id":"cond","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"condition":"input.go"},
             {"id":"after","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"depends_on":["off","cond"]}]
            """, input: """{"go":false}""");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.All(run.State.Steps.Values, step => Assert.Equal(StepStatus.Skipped, step.Status));
        Assert.Empty(_harness.Tools.Calls);
        Assert.Empty(_harness.Secrets.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_the_run_as_cancelled_with_its_leases_settled()
    {
        using var cancel = new CancellationTokenSource();
        _harness.Tools.On("update", async (_, cancellationToken) =>
        {
            await cancel.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException("The token must reach the tool.");
        });

        var run = await _harness.RunAsync(
            """
            [{"id":"a","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{}},
             {"id":"b","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"depends_on":["a"]}]
            """,
            cancellationToken: cancel.Token);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal(StepStatus.Cancelled, run.State.Steps[new StepPath("a")].Status);
        Assert.Equal(StepStatus.Skipped, run.State.Steps[new StepPath("b")].Status);
        Assert.Equal([AuditResult.Cancelled], Outcomes());
    }

    [Fact]
    public async Task A_defect_in_a_transport_ends_the_step_truthfully_and_scrubbed()
    {
        _harness.Tools.On("update", (_, _) => throw new InvalidOperationException($"cannot send {_harness.CrmWriteKey}"));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{}}]""");

        Assert.Equal(StepStatus.InDoubt, run.State.Steps[new StepPath("a")].Status);
        Assert.Equal("internal_error", run.Error!.Code);
        Assert.Contains("[redacted:crm/write#v1]", run.Error.Message.Text, StringComparison.Ordinal);
        Assert.Equal([AuditResult.InDoubt], Outcomes());
    }

    [Fact]
    public async Task A_journal_that_stops_writing_ends_the_run_and_hands_out_no_more_credentials()
    {
        _harness.Tools.On("find", (_, _) =>
        {
            _harness.Journal.Fault = _ => new JournalUnavailableException("The disk is full.");
            return ValueTask.FromResult(FakeToolCaller.Json("{}"));
        });

        await Assert.ThrowsAsync<JournalUnavailableException>(() => _harness.RunAsync("""
            [{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}},
             {"id":"b","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"depends_on":["a"]}]
            """));

        Assert.Single(_harness.Secrets.Requests);
        Assert.Equal(StepStatus.Running, RunState.Fold(_harness.Journal.AllEvents).Steps[new StepPath("a")].Status);
    }

    [Fact]
    public async Task Backs_off_exponentially_up_to_the_limit_between_attempts()
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Fails(ToolFailureKind.Unavailable));

        await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"retry":{"max_attempts":5,"backoff_s":1,"max_backoff_s":3,"jitter":false}}]""");

        Assert.Equal([1000, 2000, 3000, 3000], _harness.Journal.AllEvents.OfType<StepRetrying>().Select(e => e.DelayMs));
        Assert.Equal(5, _harness.Secrets.Requests.Count); // every retry resolves the credential again
    }

    [Fact]
    public async Task A_loop_runs_its_body_for_each_item_with_results_in_order()
    {
        _harness.Tools.On("find", (call, _) => ValueTask.FromResult(FakeToolCaller.Json(call.Arguments.GetRawText())));

        var run = await _harness.RunAsync(
            """
            [{"id":"each","type":"for_each","for_each_items":"{{input.names}}","for_each_max_parallel":2,"for_each_body_steps":[
               {"id":"one","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{"n":"{{item}}","i":"{{index}}"}},
               {"id":"two","type":"transform","expression":"body.one.n","depends_on":["one"]}]}]
            """,
            input: """{"names":["x","y","z"]}""");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        var result = run.Outputs.Element.GetProperty("each");
        Assert.Equal(3, result.GetProperty("succeeded_count").GetInt32());
        Assert.Equal(["x", "y", "z"], result.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("result").GetString()));
        Assert.Contains(new StepPath("each[2].two"), run.State.Steps.Keys);
    }

    [Fact]
    public async Task A_loop_that_continues_on_error_reports_which_items_failed()
    {
        _harness.Tools.On("find", (call, _) => ValueTask.FromResult(
            call.Arguments.GetProperty("n").GetInt32() == 2 ? FakeToolCaller.Fails(ToolFailureKind.ToolError, "two is bad") : FakeToolCaller.Json("true")));

        var run = await _harness.RunAsync("""
            [{"id":"each","type":"for_each","for_each_items":[1,2,3],"for_each_error_policy":"continue_on_error","for_each_body_steps":[
               {"id":"one","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{"n":"{{item}}"}}]}]
            """);

        var result = run.Outputs.Element.GetProperty("each");
        Assert.Equal(1, result.GetProperty("failed_count").GetInt32());
        Assert.Equal("tool_error", result.GetProperty("results")[1].GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_loop_that_is_tried_again_keeps_what_its_iterations_already_did()
    {
        var failed = false;
        _harness.Tools.On("update", (_, _) => ValueTask.FromResult(FakeToolCaller.Json("1"))).On("find", (call, _) =>
        {
            var fail = !failed && call.Arguments.GetProperty("n").GetInt32() == 2;
            failed |= fail;
            return ValueTask.FromResult(fail ? FakeToolCaller.Fails(ToolFailureKind.ToolError) : FakeToolCaller.Json("true"));
        });

        var run = await _harness.RunAsync("""
            [{"id":"each","type":"for_each","for_each_items":[1,2],"for_each_max_parallel":1,"retry_count":1,"for_each_body_steps":[
               {"id":"write","type":"mcp_call","server":"crm","tool_name":"update","tool_args":{}},
               {"id":"one","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{"n":"{{item}}"},"depends_on":["write"]}]}]
            """);

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(2, _harness.Tools.Calls.Count(call => call.Tool.Value == "update"));
    }

    [Fact]
    public async Task Independent_steps_run_side_by_side_up_to_the_limit()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        var three = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _harness.Options = _harness.Options with { MaxParallelSteps = 3 };
        _harness.Tools.On("find", async (_, cancellationToken) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
                if (now == 3)
                {
                    three.TrySetResult();
                }
            }

            await three.Task.WaitAsync(cancellationToken);
            lock (gate)
            {
                now--;
            }

            return FakeToolCaller.Json("1");
        });
        var steps = string.Join(",", Enumerable.Range(0, 8).Select(i => $$"""{"id":"s{{i}}","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{} }"""));

        await _harness.RunAsync($"[{steps}]");

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_wait_waits_on_the_engines_clock()
    {
        var before = _harness.Time.GetUtcNow();

        var run = await _harness.RunAsync("""[{"id":"w","type":"wait","seconds":90}]""");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.True(_harness.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(90));
        Assert.Single(_harness.Journal.AllEvents.OfType<StepWaiting>());
    }

    [Fact]
    public async Task An_unresolved_template_fails_the_step_with_its_pointer_before_any_credential_is_touched()
    {
        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{"x":{"y":"{{input.nothing}}"}}}]""");

        Assert.Equal("unresolved_template", run.Error!.Code);
        Assert.Equal("/steps/0/tool_args/x/y", run.Error.Pointer);
        Assert.Empty(_harness.Secrets.Requests);
    }

    [Fact]
    public async Task An_input_that_holds_a_known_credential_is_refused_and_nothing_is_recorded()
    {
        _harness.Tools.Answers("find", "{}");
        Assert.Equal(RunStatus.Succeeded, (await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""")).Status);
        var commits = _harness.Journal.Commits;

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""", input: $$"""{"key":"{{_harness.CrmReadKey}}"}""");

        Assert.Equal("input_holds_credential", run.Error!.Code);
        Assert.DoesNotContain(_harness.CrmReadKey, run.Error.Message.Text, StringComparison.Ordinal);
        Assert.Equal(commits, _harness.Journal.Commits);
    }

    [Fact]
    public async Task Results_and_inputs_must_fit_their_schemas()
    {
        _harness.Tools.Answers("find", """{"id":7}""");

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"output_schema":{"type":"object","properties":{"id":{"type":"string"}}}}]""");
        var refused = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{}}]""", "\"input_schema\":{\"type\":\"object\",\"required\":[\"n\"]},");

        Assert.Equal("output_invalid", run.Error!.Code);
        Assert.Equal("input_invalid", refused.Error!.Code);
        Assert.Equal(0, refused.State.LastSequence);
    }

    [Fact]
    public async Task The_state_is_the_fold_of_the_stored_events()
    {
        _harness.Tools.AnswersInTurn("find", FakeToolCaller.Fails(ToolFailureKind.ToolError), FakeToolCaller.Json("""{"a":1}"""));

        var run = await _harness.RunAsync("""[{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{},"retry_count":1},{"id":"t","type":"transform","expression":"steps.a.result.a","depends_on":["a"]}]""");
        var events = new List<RunEvent>();
        await foreach (var e in _harness.Journal.ReadEventsAsync(run.Run, default))
        {
            events.Add(e);
        }

        var folded = RunState.Fold(events);
        Assert.Equal(folded.Steps.Keys.Order(Comparer<StepPath>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))), run.State.Steps.Keys.Order(Comparer<StepPath>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))));
        Assert.Equal(folded.Outputs.ToString(), run.State.Outputs.ToString());
        Assert.Equal(folded.LastSequence, run.State.LastSequence);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
    }

    private IEnumerable<string> EventTypes() => _harness.Journal.AllEvents.Select(e => System.Text.Json.JsonDocument.Parse(RunEventJson.Serialize(e)).RootElement.GetProperty("type").GetString()!);

    private IEnumerable<AuditResult> Outcomes() => _harness.Journal.AllEntries.Where(entry => entry.Draft.Phase == AuditPhase.Outcome).Select(entry => entry.Draft.Result!.Value);

    private static string RunEventJsonText(RunEvent e) => System.Text.Encoding.UTF8.GetString(RunEventJson.Serialize(e));

    private sealed class ThrowingObserver : IRunObserver
    {
        public void OnEvent(RunEvent e) => throw new IOException("Nothing can be written.");
    }
}
