using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class HttpCallTests : McpFixture
{
    [Fact]
    public async Task Calls_a_tool_and_gives_its_text()
    {
        await using var server = new ScriptedMcpServer();
        var outcome = await Caller.CallAsync(Call(Http(server.Url, null, "find"), "find"), Ct);
        Assert.Equal("ok", Unscrubbed.Result(outcome).GetString());
    }

    [Fact]
    public async Task Sends_the_credential_on_every_request_and_only_the_current_one()
    {
        await using var server = new ScriptedMcpServer();
        var manifest = Http(server.Url, TestLease.Bearer, "find");
        await using (var lease = TestLease.Of("crm/read", "first-value", TestLease.Bearer, "1"))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }

        Assert.All(server.Requests, request => Assert.Equal("Bearer first-value", request.Headers["Authorization"]));
        var before = server.Requests.Count;
        await using (var lease = TestLease.Of("crm/read", "second-value", TestLease.Bearer, "2"))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }

        Assert.All(server.Requests.Skip(before), request => Assert.Equal("Bearer second-value", request.Headers["Authorization"]));
        Assert.Equal(2, server.RequestsOf("initialize").Count);
        Assert.Equal(1, Caller.OpenSessions);
    }

    [Fact]
    public async Task Uses_one_session_for_calls_with_the_same_version()
    {
        await using var server = new ScriptedMcpServer();
        var manifest = Http(server.Url, TestLease.Bearer, "find");
        for (var i = 0; i < 3; i++)
        {
            await using var lease = TestLease.Of("crm/read", "value", TestLease.Bearer);
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }

        Assert.Single(server.RequestsOf("initialize"));
    }

    [Fact]
    public async Task Passes_the_trace_and_the_idempotency_key_on()
    {
        await using var server = new ScriptedMcpServer();
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await Caller.CallAsync(Call(Http(server.Url, null, "find"), "find", arguments: new { q = "x" }) with { TraceParent = trace }, Ct);
        var parameters = Assert.Single(server.RequestsOf("tools/call")).Body["params"]!;
        Assert.Equal("key-1", (string?)parameters["_meta"]!["agentruntime/idempotency-key"]);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", (string?)parameters["_meta"]!["traceparent"], StringComparison.Ordinal);
        Assert.Equal("x", (string?)parameters["arguments"]!["q"]);
    }

    [Fact]
    public async Task Refuses_a_tool_that_the_manifest_does_not_list_without_contacting_the_server()
    {
        await using var server = new ScriptedMcpServer();
        var outcome = await Caller.CallAsync(Call(Http(server.Url, null, "find"), "delete"), Ct);
        Assert.Equal(ToolFailureKind.UnknownTool, Assert.IsType<ToolOutcome.Failed>(outcome).Kind);
        Assert.Empty(server.Requests);
    }
}
