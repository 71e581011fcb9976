using System.Text;
using AgentRuntime.Mcp.Processes;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class LimitTests : McpFixture
{
    private const int Limit = 256 * 1024;

    [Fact]
    public async Task Fails_only_the_call_whose_result_is_too_large()
    {
        var manifest = Hostile(null, ["big", "slow"]);
        var slow = Caller.CallAsync(Call(manifest, "slow", arguments: new { ms = 300 }), Ct).AsTask();
        var failed = await FailAsync(manifest, "big", new { bytes = 5 * 1024 * 1024 });
        Assert.Equal(ToolFailureKind.ResultTooLarge, failed.Kind);
        Assert.Equal("late", Unscrubbed.Result(await slow).GetString());
    }

    [Fact]
    public async Task Applies_the_limit_of_the_call_even_below_the_limit_of_messages()
    {
        var failed = await FailAsync(Hostile(null, ["big"]), "big", new { bytes = 2 * Limit });
        Assert.Equal(ToolFailureKind.ResultTooLarge, failed.Kind);
    }

    [Fact]
    public async Task Stops_reading_an_endless_event_stream()
    {
        await using var server = await HostileHttpServer.StartAsync(Ct);
        var failed = await FailAsync(Http(server.Url, null, "endless"), "endless");
        Assert.Equal(ToolFailureKind.ResultTooLarge, failed.Kind);
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("deep")]
    public async Task Ends_the_call_when_its_answer_cannot_be_read(string tool)
    {
        var failed = await FailAsync(Hostile(null, [tool]), tool);
        Assert.Equal((ToolFailureKind.ProtocolError, true), (failed.Kind, failed.EffectPossible));
        await using var server = await HostileHttpServer.StartAsync(Ct);
        Assert.Equal(ToolFailureKind.ProtocolError, (await FailAsync(Http(server.Url, null, tool), tool)).Kind);
    }

    [Fact]
    public async Task Refuses_arguments_that_are_too_large_without_sending_them()
    {
        await using var server = new ScriptedMcpServer();
        await using var caller = NewCaller(new AgentRuntime.Mcp.Client.McpClientOptions { MaxRequestBytes = 100 });
        var outcome = await caller.CallAsync(Call(Http(server.Url, null, "find"), "find", arguments: new { text = new string('x', 200) }), Ct);
        Assert.False(Assert.IsType<ToolOutcome.Failed>(outcome).EffectPossible);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":17,"result":{"id":1}}""", 17L)]
    [InlineData("""{"result":{"id":1,"a":["{\"id\":3}",{"id":4}]},"x":"\"id\":9","jsonrpc":"2.0","id" : 1000001 }""", 1000001L)]
    [InlineData("""{"jsonrpc":"2.0","id":"text","result":{}}""", null)]
    [InlineData("""{"jsonrpc":"2.0","result":{"id":5}}""", null)]
    [InlineData("not json at all", null)]
    public void Finds_the_id_of_a_message_in_one_pass(string message, long? id)
    {
        foreach (var size in new[] { 1, 3, 1000 })
        {
            var scanner = new TopLevelIdScanner();
            foreach (var chunk in Encoding.UTF8.GetBytes(message).Chunk(size))
            {
                scanner.Feed(chunk);
            }

            Assert.Equal(id, scanner.Id);
        }
    }

    private async Task<ToolOutcome.Failed> FailAsync(AgentRuntime.Credentials.ServerManifest manifest, string tool, object? arguments = null) =>
        Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, tool, arguments: arguments, maxResultBytes: Limit), Ct));
}
