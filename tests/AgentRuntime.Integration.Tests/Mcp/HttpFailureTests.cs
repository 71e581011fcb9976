using System.Net;
using System.Net.Sockets;
using AgentRuntime.Credentials;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class HttpFailureTests : McpFixture
{
    [Theory]
    [InlineData(401, ToolFailureKind.CredentialRejected, false)]
    [InlineData(403, ToolFailureKind.CredentialRejected, false)]
    [InlineData(429, ToolFailureKind.RateLimited, false)]
    [InlineData(503, ToolFailureKind.Unavailable, true)]
    [InlineData(500, ToolFailureKind.Unavailable, true)]
    [InlineData(400, ToolFailureKind.ProtocolError, true)]
    [InlineData(307, ToolFailureKind.ProtocolError, false)]
    [InlineData(413, ToolFailureKind.ProtocolError, false)]
    public async Task Maps_a_status_at_the_call(int status, ToolFailureKind kind, bool effectPossible)
    {
        await using var server = new ScriptedMcpServer(request => OnCall(request, () => request.StatusAsync(status, "because")));
        var failed = await FailAsync(server.Url);
        Assert.Equal((kind, effectPossible), (failed.Kind, failed.EffectPossible));
        Assert.Contains(status.ToString(), Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, ToolFailureKind.CredentialRejected)]
    [InlineData(403, ToolFailureKind.CredentialRejected)]
    [InlineData(404, ToolFailureKind.Unavailable)]
    [InlineData(429, ToolFailureKind.RateLimited)]
    [InlineData(503, ToolFailureKind.Unavailable)]
    public async Task Maps_a_status_at_connect_without_a_possible_effect(int status, ToolFailureKind kind)
    {
        await using var server = new ScriptedMcpServer(async request =>
        {
            await request.StatusAsync(status);
            return true;
        });
        var failed = await FailAsync(server.Url);
        Assert.Equal((kind, false), (failed.Kind, failed.EffectPossible));
        Assert.True(server.Requests.Count <= 2, $"A refused credential was tried {server.Requests.Count} times.");
    }

    [Theory]
    [InlineData(-32602, "Unknown tool: find", ToolFailureKind.UnknownTool, false)]
    [InlineData(-32602, "Tool find not found", ToolFailureKind.UnknownTool, false)]
    [InlineData(-32602, "customer not found", ToolFailureKind.ProtocolError, true)]
    [InlineData(-32601, "Method not found", ToolFailureKind.ProtocolError, false)]
    [InlineData(-32001, "Unauthorized", ToolFailureKind.CredentialRejected, true)]
    [InlineData(-32001, "Request timed out", ToolFailureKind.ProtocolError, true)]
    [InlineData(-32603, "upstream: invalid API key", ToolFailureKind.CredentialRejected, true)]
    [InlineData(-32603, "boom", ToolFailureKind.ProtocolError, true)]
    public async Task Maps_a_json_rpc_error(int code, string message, ToolFailureKind kind, bool effectPossible)
    {
        await using var server = new ScriptedMcpServer(request => OnCall(request, () => request.ErrorAsync(code, message)));
        var failed = await FailAsync(server.Url);
        Assert.Equal((kind, effectPossible), (failed.Kind, failed.EffectPossible));
    }

    [Theory]
    [InlineData("no such customer", ToolFailureKind.ToolError)]
    [InlineData("401 Unauthorized: invalid API key", ToolFailureKind.CredentialRejected)]
    [InlineData("MCP error -32602: Tool find not found", ToolFailureKind.UnknownTool)]
    [InlineData("Unknown tool: other", ToolFailureKind.ToolError)]
    public async Task Maps_an_error_result_which_may_have_had_an_effect(string text, ToolFailureKind kind)
    {
        await using var server = new ScriptedMcpServer(request => OnCall(request, () => request.TextAsync(text, isError: true)));
        var failed = await FailAsync(server.Url);
        Assert.Equal((kind, true), (failed.Kind, failed.EffectPossible));
    }

    [Fact]
    public async Task Says_that_a_refused_connection_had_no_effect()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var failed = await FailAsync(new Uri($"http://127.0.0.1:{port}/mcp"));
        Assert.Equal((ToolFailureKind.Unavailable, false), (failed.Kind, failed.EffectPossible));
    }

    [Fact]
    public async Task Says_that_a_connection_lost_in_the_middle_may_have_had_an_effect()
    {
        await using var server = await HostileHttpServer.StartAsync(Ct);
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Http(server.Url, null, "crash"), "crash"), Ct));
        Assert.Equal((ToolFailureKind.ConnectionLost, true), (failed.Kind, failed.EffectPossible));
    }

    [Fact]
    public async Task Says_that_an_event_stream_which_breaks_off_may_have_had_an_effect()
    {
        await using var server = new ScriptedMcpServer(request => OnCall(request, async () =>
        {
            request.Http.Response.ContentType = "text/event-stream";
            request.Http.Response.SendChunked = true;
            await request.Http.Response.OutputStream.WriteAsync("event: message\n"u8.ToArray());
            await request.Http.Response.OutputStream.FlushAsync();
            request.Abort();
        }));
        var failed = await FailAsync(server.Url);
        Assert.True(failed.EffectPossible);
        Assert.Contains(failed.Kind, new[] { ToolFailureKind.ConnectionLost, ToolFailureKind.ProtocolError });
    }

    [Fact]
    public async Task Does_not_follow_a_redirect_so_the_credential_does_not_travel()
    {
        await using var other = new ScriptedMcpServer();
        var target = other.Url.AbsoluteUri;
        await using var server = new ScriptedMcpServer(request => OnCall(request, () =>
        {
            request.Http.Response.Headers["Location"] = target;
            return request.StatusAsync(307);
        }));
        var spec = TestLease.Header("X-Api-Key");
        await using var lease = TestLease.Of("crm/read", "some-value", spec);
        var outcome = await Caller.CallAsync(Call(Http(server.Url, spec, "find"), "find", lease), Ct);
        Assert.False(Assert.IsType<ToolOutcome.Failed>(outcome).EffectPossible);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Opens_a_new_session_once_when_the_server_forgot_the_old_one()
    {
        var valid = "session-1";
        await using var server = new ScriptedMcpServer();
        server.Script = async request =>
        {
            if (request.Tool is not null && request.Headers["Mcp-Session-Id"] != valid)
            {
                await request.StatusAsync(404);
                return true;
            }

            return false;
        };
        var manifest = Http(server.Url, null, "find");
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find"), Ct));
        server.SessionId = valid = "session-2";
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find"), Ct));
        Assert.Equal(2, server.RequestsOf("initialize").Count);
        Assert.Equal(3, server.RequestsOf("tools/call").Count);
    }

    [Fact]
    public async Task Refuses_a_call_whose_lease_has_ended()
    {
        await using var server = new ScriptedMcpServer();
        var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        await lease.DisposeAsync();
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Http(server.Url, TestLease.Bearer, "find"), "find", lease), Ct));
        Assert.False(failed.EffectPossible);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Refuses_plain_http_to_another_machine_before_anything_is_sent()
    {
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Http(new Uri("http://192.0.2.1/mcp"), TestLease.Bearer, "find"), "find", lease), Ct));
        Assert.Equal((ToolFailureKind.Unavailable, false), (failed.Kind, failed.EffectPossible));
        Assert.Contains("https", Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_value_that_would_break_out_of_its_header_and_does_not_quote_it()
    {
        await using var server = new ScriptedMcpServer();
        await using var lease = TestLease.Of("crm/read", "abc\r\nX-Evil: 1", TestLease.Bearer);
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Http(server.Url, TestLease.Bearer, "find"), "find", lease), Ct));
        Assert.DoesNotContain("abc", Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Attaches_basic_header_and_query_credentials_as_the_manifest_says()
    {
        await using var server = new ScriptedMcpServer();
        await using (var lease = TestLease.Of(TestLease.Material("crm/read", "1", ("username", "ann"), ("password", "p:w")), TestLease.Basic))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, TestLease.Basic, "find"), "find", lease), Ct));
        }

        Assert.Equal("Basic " + Convert.ToBase64String("ann:p:w"u8), server.Requests[^1].Headers["Authorization"]);
        var custom = TestLease.Header("X-Key", "Token {value}!");
        await using (var lease = TestLease.Of("crm/read", "{value}", custom))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, custom, "find"), "find", lease), Ct));
        }

        Assert.Equal("Token {value}!", server.Requests[^1].Headers["X-Key"]);
        var query = TestLease.Query("key");
        await using (var lease = TestLease.Of("crm/read", "a b&c=d", query))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, query, "find"), "find", lease), Ct));
        }

        Assert.Equal("?key=a%20b%26c%3Dd", server.Requests[^1].Url.Query);
    }

    [Fact]
    public async Task Sends_no_request_of_its_own_when_a_session_with_a_credential_is_closed()
    {
        await using var server = new ScriptedMcpServer();
        await using (var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer))
        {
            Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, TestLease.Bearer, "find"), "find", lease), Ct));
        }

        await Caller.DisposeAsync();
        Assert.All(server.Requests, request => Assert.Equal("POST", request.Verb));
    }

    [Fact]
    public async Task Ends_a_session_without_a_credential_at_the_server()
    {
        await using var server = new ScriptedMcpServer();
        Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, null, "find"), "find"), Ct));
        await Caller.DisposeAsync();
        Assert.Equal("DELETE", server.Requests[^1].Verb);
    }

    private static async Task<bool> OnCall(ScriptedRequest request, Func<Task> answer)
    {
        if (request.Tool is null)
        {
            return false;
        }

        await answer();
        return true;
    }

    private async Task<ToolOutcome.Failed> FailAsync(Uri url)
    {
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        return Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Http(url, TestLease.Bearer, "find"), "find", lease), Ct));
    }
}
