using System.Text;
using AgentRuntime.Runs;
using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>The life of a run around its credential: cancelled, rotated, denied, not readable, offered as input. No sink holds a value, old or new.</summary>
public sealed class RunLeakTests
{
    private static CancellationToken Ct => RuntimeFixture.Ct;

    [Fact]
    public async Task A_run_that_is_cancelled_during_a_call_leaks_nothing_and_meanwhile_only_the_one_child_holds_the_value()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null, "--stderr-at-start")]);
        await runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Token));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        IReadOnlyList<TestKit.Leaks.Leak> commandLines = [];
        IReadOnlyList<(int Process, string Variable)> environments = [];
        runtime.Tools.Beside = call =>
        {
            // The session is the one of the echo before, so its process runs.
            if (call.Tool.Value == "hang")
            {
                commandLines = ProcessSight.InCommandLines(runtime.Detector());
                environments = ProcessSight.InEnvironments(runtime.Detector());
                stop.Cancel();
            }

            return Task.CompletedTask;
        };

        var outcome = await runtime.RunAsync(
            $"{HostileWorkflow.Call("echo", "echo_raw")},{HostileWorkflow.Call("hang", "hang", "{}", "\"depends_on\":[\"echo\"]")}", stop: stop.Token);

        Assert.Equal(RunStatus.Cancelled, outcome.Status);
        Assert.Empty(commandLines);
        var (process, variable) = Assert.Single(environments);
        Assert.Equal("HOSTILE_KEY", variable);
        Assert.NotEqual(Environment.ProcessId, process);
        await runtime.FindsNothingAsync();
    }

    [Theory]
    [InlineData(HostileChannel.Environment)]
    [InlineData(HostileChannel.ApiKey)]
    public async Task A_value_that_is_replaced_during_a_call_stays_redacted_and_so_does_the_new_one(HostileChannel channel)
    {
        await using var server = channel.IsProcess() ? null : await HostileHttpServer.StartAsync(Ct);
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(channel, server?.Url)]);
        await runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Token));
        runtime.Tools.Answered = call => call.Tool.Value == "echo_structured" ? runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Symbols)) : Task.CompletedTask;

        var outcome = await runtime.RunAsync(string.Join(
            ',',
            HostileWorkflow.Call("before", "echo_structured"),
            HostileWorkflow.Call("after", "echo_structured", """{"old":"{{steps.before.result}}"}""", "\"depends_on\":[\"before\"]"),
            HostileWorkflow.Call("last", "echo_is_error", "{}", "\"depends_on\":[\"after\"]")));

        Assert.Contains("[redacted:hostile/read#v1]", Step(outcome, "before").Result.ToString());
        Assert.Contains("[redacted:hostile/read#v2]", Step(outcome, "after").Result.ToString());
        Assert.Equal(["1", "2", "3"], new[] { "before", "after", "last" }.Select(id => Step(outcome, id).CredentialVersion));
        await runtime.FindsNothingAsync();
    }

    [Fact]
    public async Task A_run_without_a_grant_leaks_nothing()
    {
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null)], granted: false);
        await runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Token));

        var outcome = await runtime.RunAsync(HostileWorkflow.Call("only", "echo_raw"));

        Assert.Equal(RunErrorCodes.Denied, Step(outcome, "only").Error?.Code);
        await runtime.FindsNothingAsync();
    }

    [Fact]
    public async Task A_run_whose_credential_is_disabled_leaks_nothing()
    {
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null)]);
        await runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Document));
        await runtime.DisableAsync("hostile/read");

        var outcome = await runtime.RunAsync(HostileWorkflow.Call("only", "echo_raw"));

        Assert.Equal(RunErrorCodes.SecretNotReadable, Step(outcome, "only").Error?.Code);
        await runtime.FindsNothingAsync();
    }

    [Fact]
    public async Task A_value_with_fields_that_the_manifest_does_not_know_leaks_nothing()
    {
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null)]);
        await runtime.SetAsync("hostile/read", Canary.Custom());

        var outcome = await runtime.RunAsync(HostileWorkflow.Call("only", "echo_raw"));

        Assert.Equal(StepStatus.Failed, Step(outcome, "only").Status);
        await runtime.FindsNothingAsync();
    }

    [Theory]
    [InlineData(HostileChannel.Bearer, CanaryShape.Key)]
    [InlineData(HostileChannel.ApiKey, CanaryShape.Unicode)]
    public async Task A_value_that_a_header_cannot_carry_is_refused_without_being_said(HostileChannel channel, CanaryShape shape)
    {
        await using var server = await HostileHttpServer.StartAsync(Ct);
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(channel, server.Url)]);
        await runtime.SetAsync("hostile/read", Canary.Of(shape));

        var outcome = await runtime.RunAsync(HostileWorkflow.Call("only", "echo_raw"));

        Assert.Equal(StepStatus.Failed, Step(outcome, "only").Status);
        await runtime.FindsNothingAsync();
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("a {0} b")]
    public async Task An_input_that_holds_a_known_value_is_refused_and_recorded_nowhere(string text)
    {
        var canary = Canary.Of(CanaryShape.Token);
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null)]);
        await runtime.SetAsync("hostile/read", canary);
        Assert.Equal(RunStatus.Succeeded, (await runtime.RunAsync(HostileWorkflow.Call("first", "whoami"))).Status);
        var given = text.Replace("{0}", canary.Parts[0], StringComparison.Ordinal);

        foreach (var input in new[] { $$"""{"a":"{{given}}"}""", $$"""{"{{given}}":1}""", $$"""{"a":["{{Convert.ToBase64String(Encoding.UTF8.GetBytes(given))}}"]}""" })
        {
            var outcome = await runtime.RunAsync(HostileWorkflow.Call("second", "whoami"), input);
            Assert.Equal(RunErrorCodes.InputHoldsCredential, outcome.Error?.Code);
            Assert.Equal(0, outcome.State.LastSequence);
        }

        await runtime.FindsNothingAsync();
    }

    private static StepState Step(RunOutcome outcome, string id) => outcome.State.Steps[new Names.StepPath(id)];
}
