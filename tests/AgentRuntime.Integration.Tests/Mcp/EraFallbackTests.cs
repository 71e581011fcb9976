using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class EraFallbackTests : McpFixture
{
    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(422)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(202)]
    public async Task Falls_back_when_the_probe_is_answered_with(int status)
    {
        await using var server = new ScriptedMcpServer(async request =>
        {
            if (request.RpcMethod == "server/discover")
            {
                await request.StatusAsync(status);
                return true;
            }

            return false;
        });
        Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, null, "find"), "find"), Ct));
    }

    [Theory]
    [InlineData("text/html", "<html>welcome</html>")]
    [InlineData("application/json", "{\"hello\":")]
    [InlineData("application/json", "[]")]
    public async Task Falls_back_when_the_probe_is_answered_with_junk(string type, string body)
    {
        await using var server = new ScriptedMcpServer(async request =>
        {
            if (request.RpcMethod == "server/discover")
            {
                await request.StatusAsync(200, body, type);
                return true;
            }

            return false;
        });
        Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, null, "find"), "find"), Ct));
    }

    [Fact]
    public async Task Goes_down_to_the_oldest_revision_and_remembers_it()
    {
        await using var server = new ScriptedMcpServer(async request =>
        {
            if (request.RpcMethod == "server/discover" || (request.RpcMethod == "initialize" && (string?)request.Body["params"]!["protocolVersion"] != "2024-11-05"))
            {
                await request.StatusAsync(422);
                return true;
            }

            return false;
        });
        var manifest = Http(server.Url, TestLease.Bearer, "find");
        await using (var lease = TestLease.Of("crm/read", "first", TestLease.Bearer, "1"))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }

        Assert.Equal(4, server.RequestsOf("initialize").Count);
        await using (var lease = TestLease.Of("crm/read", "second", TestLease.Bearer, "2"))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }

        Assert.Single(server.RequestsOf("server/discover"));
        Assert.Equal(5, server.RequestsOf("initialize").Count);
    }

    [Fact]
    public async Task Probes_again_when_the_server_no_longer_speaks_the_remembered_revision()
    {
        var spoken = "2025-03-26";
        await using var server = new ScriptedMcpServer(async request =>
        {
            if (request.RpcMethod == "server/discover" || (request.RpcMethod == "initialize" && (string?)request.Body["params"]!["protocolVersion"] != spoken))
            {
                await request.StatusAsync(400);
                return true;
            }

            return false;
        });
        var manifest = Http(server.Url, TestLease.Bearer, "find");
        foreach (var version in new[] { "2025-03-26", "2025-11-25" })
        {
            spoken = version;
            await using var lease = TestLease.Of("crm/read", "value", TestLease.Bearer, version);
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }
    }

    [Fact]
    public async Task Falls_back_when_a_process_does_not_answer_the_probe()
    {
        await using var caller = NewCaller(new AgentRuntime.Mcp.Client.McpClientOptions { ProbeTimeout = TimeSpan.FromMilliseconds(300) });
        var outcome = await caller.CallAsync(Call(Hostile(null, ["process"], ["--silent-probe"]), "process"), Ct);
        Assert.True(Unscrubbed.Result(outcome).TryGetProperty("pid", out _));
    }
}
