using System.Collections.Concurrent;
using System.Diagnostics;
using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class TelemetryTests : McpFixture
{
    [Fact]
    public async Task Describes_a_call_by_the_conventions_and_holds_nothing_that_a_server_said()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "AgentRuntime.Mcp",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = new ScriptedMcpServer(async request =>
        {
            if (request.Tool is null)
            {
                return false;
            }

            await request.TextAsync("the server said hello-hello", isError: true);
            return true;
        })
        { SessionId = "session-is-a-credential" };
        const string trace = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await Caller.CallAsync(Call(Http(server.Url, null, "find_for_span"), "find_for_span") with { TraceParent = trace }, Ct);
        var span = Assert.Single(spans, span => span.OperationName == "tools/call find_for_span");
        Assert.Equal("1af7651916cd43dd8448eb211c80319c", span.TraceId.ToHexString());
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToHexString());
        Assert.Equal(span.Id, (string?)server.RequestsOf("tools/call")[0].Body["params"]!["_meta"]!["traceparent"]);
        var tags = span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
        Assert.Equal("tools/call", tags["mcp.method.name"]);
        Assert.Equal("find_for_span", tags["gen_ai.tool.name"]);
        Assert.Equal("tool_error", tags["error.type"]);
        Assert.Equal("127.0.0.1", tags["server.address"]);
        Assert.Equal("2025-11-25", tags["mcp.protocol.version"]);
        Assert.DoesNotContain(tags.Values, value => value!.Contains("hello", StringComparison.Ordinal) || value.Contains("is-a-credential", StringComparison.Ordinal));
        Assert.Null(span.StatusDescription);
        Assert.Empty(span.Events);
    }
}
