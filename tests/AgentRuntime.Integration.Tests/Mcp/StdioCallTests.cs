using System.Text.Json;
using AgentRuntime.Mcp.Processes;
using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class StdioCallTests : McpFixture
{
    [Fact]
    public async Task Calls_a_tool_of_a_process_that_sees_only_what_it_should()
    {
        var spec = TestLease.Environment("HOSTILE_KEY");
        var manifest = Hostile(spec, ["environment", "echo_raw"], environment: new Dictionary<string, string> { ["APP_MODE"] = "test" });
        await using var lease = TestLease.Of("hostile/read", "plain-value", spec);
        var environment = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "environment", lease), Ct));
        var allowed = ChildEnvironment.InheritedNames.Append("APP_MODE").Append("HOSTILE_KEY");
        Assert.Empty(environment.EnumerateObject().Select(variable => variable.Name).Except(allowed));
        Assert.Equal("plain-value", environment.GetProperty("HOSTILE_KEY").GetString());
        Assert.Contains("plain-value", Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "echo_raw", lease), Ct)).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serves_concurrent_calls_from_one_process()
    {
        var manifest = Hostile(null, ["slow", "process"]);
        var calls = Enumerable.Range(0, 8).Select(_ => Caller.CallAsync(Call(manifest, "process"), Ct).AsTask());
        var pids = (await Task.WhenAll(calls)).Select(outcome => Unscrubbed.Result(outcome).GetProperty("pid").GetInt32()).Distinct();
        Assert.Single(pids);
        Assert.Equal(1, Caller.OpenSessions);
    }
}
