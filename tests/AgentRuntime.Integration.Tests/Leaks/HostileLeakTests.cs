using AgentRuntime.Runs;
using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>A server that wants to leak its credential, through the whole product: no sink holds it in any encoding.</summary>
public sealed class HostileLeakTests
{
    private static CancellationToken Ct => RuntimeFixture.Ct;

    [Theory]
    [InlineData(HostileChannel.Environment, CanaryShape.Token)]
    [InlineData(HostileChannel.Environment, CanaryShape.Short)]
    [InlineData(HostileChannel.Environment, CanaryShape.Symbols)]
    [InlineData(HostileChannel.Environment, CanaryShape.Unicode)]
    [InlineData(HostileChannel.Environment, CanaryShape.Key)]
    [InlineData(HostileChannel.Environment, CanaryShape.Document)]
    [InlineData(HostileChannel.Environment, CanaryShape.Pair)]
    [InlineData(HostileChannel.Argument, CanaryShape.Token)]
    [InlineData(HostileChannel.Bearer, CanaryShape.Token)]
    [InlineData(HostileChannel.Bearer, CanaryShape.Symbols)]
    [InlineData(HostileChannel.Bearer, CanaryShape.Document)]
    [InlineData(HostileChannel.ApiKey, CanaryShape.Short)]
    [InlineData(HostileChannel.ApiKey, CanaryShape.Pair)]
    [InlineData(HostileChannel.Query, CanaryShape.Symbols)]
    [InlineData(HostileChannel.Basic, null)]
    [InlineData(HostileChannel.Custom, null)]
    public async Task No_echo_in_any_form_reaches_a_sink_or_the_next_step(HostileChannel channel, CanaryShape? shape)
    {
        await using var server = channel.IsProcess() ? null : await HostileHttpServer.StartAsync(Ct);
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(channel, server?.Url, channel.IsProcess() ? ["--stderr-at-start"] : [])]);
        await runtime.SetAsync("hostile/read", CanaryOf(channel, shape));
        ListenToArguments(runtime);

        var outcome = await runtime.RunAsync(HostileWorkflow.EchoAndPassOn());

        Assert.Equal(RunStatus.Succeeded, outcome.Status);
        Assert.All(Enumerable.Range(0, 11), i => Assert.Contains("[redacted:hostile/read#v1]", ResultOf(outcome, $"e{i}")));
        await runtime.FindsNothingAsync();
    }

    [Theory]
    [InlineData(HostileChannel.Environment, CanaryShape.Token)]
    [InlineData(HostileChannel.Environment, CanaryShape.Symbols)]
    [InlineData(HostileChannel.Environment, CanaryShape.Document)]
    [InlineData(HostileChannel.Bearer, CanaryShape.Short)]
    [InlineData(HostileChannel.Basic, null)]
    public async Task No_message_about_an_echoed_result_holds_it(HostileChannel channel, CanaryShape? shape)
    {
        await using var server = channel.IsProcess() ? null : await HostileHttpServer.StartAsync(Ct);
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(channel, server?.Url)]);
        await runtime.SetAsync("hostile/read", CanaryOf(channel, shape));

        var outcome = await runtime.RunAsync(HostileWorkflow.UseWrongly());

        Assert.Equal(RunStatus.Succeeded, outcome.Status);
        string[] failed = ["schema-const", "schema-deep", "schema-input", "missing-member", "missing-index", "condition-wrong", "wrong", "wait-text", "wait-until", "loop-text"];
        Assert.All(failed, id => Assert.Equal(StepStatus.Failed, StepOf(outcome, id).Status));
        await runtime.FindsNothingAsync();
    }

    [Theory]
    [InlineData(HostileChannel.Environment, CanaryShape.Token)]
    [InlineData(HostileChannel.Environment, CanaryShape.Key)]
    [InlineData(HostileChannel.Environment, CanaryShape.Short)]
    [InlineData(HostileChannel.Bearer, CanaryShape.Token)]
    [InlineData(HostileChannel.Custom, null)]
    public async Task No_failure_of_a_tool_holds_its_credential(HostileChannel channel, CanaryShape? shape)
    {
        await using var server = channel.IsProcess() ? null : await HostileHttpServer.StartAsync(Ct);
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(channel, server?.Url, channel.IsProcess() ? ["--stderr-at-start"] : [])]);
        await runtime.SetAsync("hostile/read", CanaryOf(channel, shape));

        var outcome = await runtime.RunAsync(HostileWorkflow.Break());

        Assert.Equal(RunStatus.Failed, outcome.Status);
        Assert.Equal(RunErrorCodes.ResultTooLarge, StepOf(outcome, "too-large").Error?.Code);
        string[] unknown = channel.IsProcess() ? ["timeout", "exception", "crash"] : ["timeout", "exception"];
        Assert.All(unknown, id => Assert.Equal(StepStatus.InDoubt, StepOf(outcome, id).Status));
        await runtime.FindsNothingAsync();
    }

    [Fact]
    public async Task A_process_that_says_its_credential_and_refuses_to_start_leaks_nothing()
    {
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null, "--exit-auth")]);
        await runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Token));

        var outcome = await runtime.RunAsync(HostileWorkflow.Call("only", "whoami"));

        Assert.Equal(RunErrorCodes.CredentialRejected, StepOf(outcome, "only").Error?.Code);
        Assert.Contains("[redacted:hostile/read#v1]", StepOf(outcome, "only").Error!.Message.Text);
        await runtime.FindsNothingAsync();
    }

    [Fact]
    public async Task The_sweep_finds_every_kind_of_leak_when_nothing_is_scrubbed()
    {
        await using var runtime = await RuntimeFixture.OpenAsync([HostileManifest.Of(HostileChannel.Environment, null, "--stderr-at-start")], scrub: false);
        await runtime.SetAsync("hostile/read", Canary.Of(CanaryShape.Token));
        ListenToArguments(runtime);

        await runtime.RunAsync(HostileWorkflow.EchoAndPassOn());
        await runtime.RunAsync(HostileWorkflow.UseWrongly());
        await runtime.RunAsync(HostileWorkflow.Break());
        var leaks = await runtime.SweepAsync();

        var places = leaks.Select(leak => Path.GetFileName(leak.Where)).ToHashSet(StringComparer.Ordinal);
        string[] expected = ["runs.db-wal", "runtime.log", "outcome", "observed event", "stored event", "audit export", "arguments"];
        Assert.All(expected, place => Assert.Contains(place, places));
        string[] encodings = ["raw", "base64", "hex"];
        Assert.All(encodings, encoding => Assert.Contains(leaks, leak => leak.Encoding.Contains(encoding, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(leaks, leak => leak.Where.Contains("secrets.db", StringComparison.Ordinal));
    }

    private static Canary CanaryOf(HostileChannel channel, CanaryShape? shape) => channel switch
    {
        HostileChannel.Basic => Canary.Basic(),
        HostileChannel.Custom => Canary.Custom(),
        _ => Canary.Of(shape!.Value),
    };

    // What a step passes on to a tool is a sink as well.
    private static void ListenToArguments(RuntimeFixture runtime) => runtime.Tools.Answered = call =>
    {
        runtime.Sink("arguments", call.Arguments.GetRawText());
        runtime.Sink("arguments", GraphText.Of(call.IdempotencyKey) + call.TraceParent);
        return Task.CompletedTask;
    };

    private static StepState StepOf(RunOutcome outcome, string id) => outcome.State.Steps[new Names.StepPath(id)];

    private static string ResultOf(RunOutcome outcome, string id) =>
        StepOf(outcome, id) is var step && step.Result is { } result ? result.ToString() : step.Error?.Message.Text ?? string.Empty;
}
