using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class CancellationTests : McpFixture
{
    [Fact]
    public async Task Tells_an_http_server_with_the_credential_and_then_throws()
    {
        var called = new TaskCompletionSource();
        var never = new TaskCompletionSource<bool>();
        await using var server = new ScriptedMcpServer(request =>
        {
            if (request.Tool is null)
            {
                return Task.FromResult(false);
            }

            called.SetResult();
            return never.Task;
        });
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        using var cancel = new CancellationTokenSource();
        var call = Caller.CallAsync(Call(Http(server.Url, TestLease.Bearer, "find"), "find", lease), cancel.Token).AsTask();
        await called.Task.WaitAsync(Ct);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var notice = Assert.Single(server.RequestsOf("notifications/cancelled"));
        Assert.Equal((long)server.RequestsOf("tools/call")[0].Body["id"]!, (long)notice.Body["params"]!["requestId"]!);
        Assert.Equal("Bearer some-value", notice.Headers["Authorization"]);
        never.SetResult(true);
    }

    [Fact]
    public async Task Tells_a_process_and_goes_on_using_it()
    {
        var manifest = Hostile(null, ["hang", "whoami"]);
        var before = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "whoami"), Ct));
        using var cancel = new CancellationTokenSource();
        var call = Caller.CallAsync(Call(manifest, "hang"), cancel.Token).AsTask();
        while (Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "whoami"), Ct)).GetProperty("calls").GetInt32() < 3)
        {
            await Task.Yield();
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        System.Text.Json.JsonElement after;
        do
        {
            after = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "whoami"), Ct));
        }
        while (after.GetProperty("cancelled").GetArrayLength() == 0);

        Assert.Equal(before.GetProperty("pid").GetInt32(), after.GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task Stops_connecting_to_a_process_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var manifest = Manifest("hostile", new Credentials.ServerTransport.Stdio("sleep", ["1000"], Path.GetTempPath(), new Dictionary<string, string>()), null, "find");
        var call = Caller.CallAsync(Call(manifest, "find"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(0, Caller.OpenSessions);
    }
}
