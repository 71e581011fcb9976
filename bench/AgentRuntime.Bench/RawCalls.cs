using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentRuntime.Bench;

/// <summary>The same call through the MCP SDK alone: no lease, no audit, no events, no scrubbing.</summary>
internal static class RawCalls
{
    public static Task<McpClient> StdioAsync(string script, string key) => McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions
    {
        Command = "node",
        Arguments = [script],
        EnvironmentVariables = new Dictionary<string, string?> { ["ECHO_KEY"] = key },
    }));

    public static Task<McpClient> HttpAsync(Uri url, string key) => McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
    {
        Endpoint = url,
        TransportMode = HttpTransportMode.StreamableHttp,
        AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
    }));

    public static async Task<List<double>> SequentialAsync(McpClient client, int count)
    {
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await CallAsync(client);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }

    public static async Task<double> PerSecondAsync(McpClient client, int workers, int each)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => SequentialAsync(client, each)));
        return workers * each / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Task<JsonRpcResponse> CallAsync(McpClient client) => client.SendRequestAsync(new JsonRpcRequest
    {
        Method = "tools/call",
        Params = new JsonObject { ["name"] = "echo", ["arguments"] = new JsonObject { ["text"] = "hello" } },
    });
}
