using AgentRuntime.Mcp.Client;
using AgentRuntime.Mcp.Conformance;
using AgentRuntime.Scrubbing;
using Microsoft.Extensions.Logging.Abstractions;

if (args is not [.., var url] || !Uri.TryCreate(url, UriKind.Absolute, out var server))
{
    await Console.Error.WriteLineAsync("Give the URL of the server under test.");
    return 2;
}

var scrubber = new Scrubber(new ScrubberOptions());
var client = new ConformanceClient(new McpClientOptions(), scrubber, TimeProvider.System, NullLoggerFactory.Instance);
if (await client.RunAsync(server, CancellationToken.None) is { } problem)
{
    await Console.Error.WriteLineAsync(scrubber.Scrub(problem).Text);
    return 1;
}

return 0;
