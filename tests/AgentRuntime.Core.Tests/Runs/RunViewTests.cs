using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Core.Tests.Runs;

public sealed class RunViewTests
{
    private static readonly RunId Run = new("run_1");
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_run_without_a_terminal_event_is_running_while_its_owner_lives() =>
        Assert.Equal(RunStatus.Running, View(ownerAlive: true).Status);

    [Fact]
    public void A_run_without_a_terminal_event_is_interrupted_when_its_owner_is_gone() =>
        Assert.Equal(RunStatus.Interrupted, View(ownerAlive: false).Status);

    [Fact]
    public void A_run_that_ended_keeps_its_status_when_its_owner_is_gone() =>
        Assert.Equal(RunStatus.Succeeded, View(ownerAlive: false, new RunSucceeded(ScrubbedJson.Null)).Status);

    [Fact]
    public void A_started_call_without_an_end_is_in_doubt_after_an_interruption()
    {
        var step = Step(View(ownerAlive: false, Started("b", "crm/update", idempotent: false)), "b");

        Assert.Equal("in_doubt", step.Status);
        Assert.Contains("unknown", step.Note);
    }

    [Theory]
    [InlineData("crm/find", true)]
    [InlineData(null, false)]
    public void A_started_step_that_may_be_repeated_is_interrupted_and_safe_to_repeat(string? tool, bool idempotent)
    {
        var step = Step(View(ownerAlive: false, Started("b", tool, idempotent)), "b");

        Assert.Equal("interrupted", step.Status);
        Assert.Contains("safe to repeat", step.Note);
    }

    [Fact]
    public void A_step_between_two_attempts_is_interrupted_because_the_failed_attempt_ended()
    {
        var retrying = new StepRetrying(new RunError("unavailable", ScrubbedText.Constant("away")), null, 100) { Step = new StepPath("b"), Attempt = 1 };

        Assert.Equal("interrupted", Step(View(ownerAlive: false, Started("b", "crm/update", idempotent: false), retrying), "b").Status);
    }

    [Fact]
    public void A_started_step_is_running_while_the_owner_lives() =>
        Assert.Equal("running", Step(View(ownerAlive: true, Started("b", "crm/update", idempotent: false)), "b").Status);

    [Fact]
    public void A_step_without_an_event_is_pending_while_the_owner_lives_and_not_started_afterwards()
    {
        Assert.Equal("pending", Step(View(ownerAlive: true), "c").Status);
        Assert.Equal("not_started", Step(View(ownerAlive: false), "c").Status);
    }

    [Fact]
    public void A_step_that_ended_keeps_its_status_after_an_interruption()
    {
        var done = new StepSucceeded(ScrubbedJson.Null, "crm/read", "2", 5) { Step = new StepPath("a"), Attempt = 1 };

        var step = Step(View(ownerAlive: false, Started("a", "crm/find", idempotent: false), done), "a");

        Assert.Equal("succeeded", step.Status);
        Assert.Equal("2", step.State.CredentialVersion);
    }

    [Fact]
    public void Steps_come_in_the_order_of_the_definition_with_the_iterations_of_a_loop_in_order_of_their_numbers()
    {
        var view = View(ownerAlive: true, Started("b[10].x", null, true), Started("b", null, true), Started("b[2].x", null, true));

        Assert.Equal(["a", "b", "b[2].x", "b[10].x", "c"], view.Steps.Select(step => step.State.Path.Value));
    }

    [Theory]
    [InlineData("run_failed", true, RunStatus.Failed)]
    [InlineData("run_cancelled", false, RunStatus.Cancelled)]
    [InlineData("run_succeeded", false, RunStatus.Succeeded)]
    [InlineData(null, true, RunStatus.Running)]
    [InlineData(null, false, RunStatus.Interrupted)]
    public void A_summary_tells_the_same_status(string? endedBy, bool ownerAlive, RunStatus expected) =>
        Assert.Equal(expected, RunView.StatusOf(new RunSummary(Run, new WorkflowName("w"), Start, null, endedBy, ownerAlive)));

    private static StepView Step(RunView view, string path) => Assert.Single(view.Steps, step => step.State.Path.Value == path);

    private static StepStarted Started(string path, string? tool, bool idempotent) =>
        new(ScrubbedJson.Null, tool, tool is null ? null : "crm/read", idempotent) { Step = new StepPath(path), Attempt = 1 };

    private static RunView View(bool ownerAlive, params RunEvent[] events)
    {
        var definition = new ScrubbedJson(JsonDocument.Parse("""{"steps":[{"id":"a"},{"id":"b"},{"id":"c"}]}""").RootElement);
        RunEvent[] all = [new RunStarted("w", new string('0', 64), "user:test", definition, ScrubbedJson.Null), .. events];
        return RunView.Of(RunState.Fold(all.Select((e, i) => e with { Run = Run, Sequence = i + 1, Time = Start.AddSeconds(i) })), ownerAlive);
    }
}
