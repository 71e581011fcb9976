using AgentRuntime.Mcp.Client;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class SessionPoolTests : McpFixture
{
    [Fact]
    public async Task Closes_a_session_that_nobody_used_for_the_idle_time()
    {
        var time = new FakeTimeProvider();
        await using var server = new ScriptedMcpServer();
        await using var caller = NewCaller(new McpClientOptions { IdleTimeout = TimeSpan.FromSeconds(60) }, time);
        var manifest = Http(server.Url, null, "find");
        Unscrubbed.Result(await caller.CallAsync(Call(manifest, "find"), Ct));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, caller.OpenSessions);
        Unscrubbed.Result(await caller.CallAsync(Call(manifest, "find"), Ct));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, caller.OpenSessions);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, caller.OpenSessions);
        Unscrubbed.Result(await caller.CallAsync(Call(manifest, "find"), Ct));
        Assert.Equal(2, server.RequestsOf("initialize").Count);
    }

    [Fact]
    public async Task Gives_sessions_without_a_credential_a_key_of_their_own()
    {
        await using var server = new ScriptedMcpServer();
        Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, null, "find"), "find"), Ct));
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        Unscrubbed.Result(await Caller.CallAsync(Call(Http(server.Url, TestLease.Bearer, "find"), "find", lease), Ct));
        Assert.Equal(2, Caller.OpenSessions);
        Assert.Null(server.RequestsOf("tools/call")[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task Never_has_more_sessions_than_allowed_and_gives_up_the_least_recently_used()
    {
        await using var server = new ScriptedMcpServer();
        await using var caller = NewCaller(new McpClientOptions { MaxSessions = 2 });
        foreach (var name in new[] { "a", "b", "c" })
        {
            await using var lease = TestLease.Of($"{name}/read", "some-value", TestLease.Bearer);
            Unscrubbed.Result(await caller.CallAsync(Call(Manifest(name, new Credentials.ServerTransport.Http(server.Url), TestLease.Bearer, "find"), "find", lease), Ct));
        }

        Assert.Equal(2, caller.OpenSessions);
        await using var again = TestLease.Of("c/read", "some-value", TestLease.Bearer);
        Unscrubbed.Result(await caller.CallAsync(Call(Manifest("c", new Credentials.ServerTransport.Http(server.Url), TestLease.Bearer, "find"), "find", again), Ct));
        Assert.Equal(3, server.RequestsOf("initialize").Count);
    }

    [Fact]
    public async Task Opens_one_session_for_calls_that_start_together()
    {
        await using var server = new ScriptedMcpServer();
        var manifest = Http(server.Url, TestLease.Bearer, "find");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
            Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        }));
        Assert.Single(server.RequestsOf("initialize"));
        Assert.Equal(10, server.RequestsOf("tools/call").Count);
    }

    [Fact]
    public async Task Opens_its_own_session_when_the_call_that_was_opening_it_is_cancelled()
    {
        var hold = new TaskCompletionSource<bool>();
        var asked = new TaskCompletionSource();
        await using var server = new ScriptedMcpServer();
        server.Script = request =>
        {
            asked.TrySetResult();
            return hold.Task;
        };
        var manifest = Http(server.Url, null, "find");
        using var cancel = new CancellationTokenSource();
        var first = Caller.CallAsync(Call(manifest, "find"), cancel.Token).AsTask();
        await asked.Task.WaitAsync(Ct);
        var second = Caller.CallAsync(Call(manifest, "find"), Ct).AsTask();
        server.Script = _ => Task.FromResult(false);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Unscrubbed.Result(await second);
        hold.SetResult(true);
    }

    [Fact]
    public async Task Takes_no_calls_once_disposed()
    {
        await using var server = new ScriptedMcpServer();
        await Caller.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Caller.CallAsync(Call(Http(server.Url, null, "find"), "find"), Ct).AsTask());
    }

    [Fact]
    public async Task Drops_a_session_whose_credential_was_rejected()
    {
        await using var server = new ScriptedMcpServer();
        var manifest = Http(server.Url, TestLease.Bearer, "find");
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "find", lease), Ct));
        server.Script = async request =>
        {
            await request.StatusAsync(401);
            return true;
        };
        Assert.Equal(ToolFailureKind.CredentialRejected, Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "find", lease), Ct)).Kind);
        Assert.Equal(0, Caller.OpenSessions);
    }
}
