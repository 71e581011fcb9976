using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Mcp;

/// <summary>A Streamable HTTP MCP server on loopback inside the test process, whose answers a test scripts. Records every request.</summary>
/// <remarks>Without a script it shakes hands in the revisions from 2024-11-05 to 2025-11-25 and answers each call with the text <c>ok</c>.</remarks>
public sealed class ScriptedMcpServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();

    /// <summary>Starts it. <paramref name="script"/> answers a request and says so, or leaves it to the default.</summary>
    public ScriptedMcpServer(Func<ScriptedRequest, Task<bool>>? script = null)
    {
        Script = script ?? (_ => Task.FromResult(false));
        var port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{port}/mcp");
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>The endpoint.</summary>
    public Uri Url { get; }

    /// <summary>The script; may be changed at any time.</summary>
    public Func<ScriptedRequest, Task<bool>> Script { get; set; }

    /// <summary>The session id to hand out, or <c>null</c> for none.</summary>
    public string? SessionId { get; set; } = "session-1";

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    /// <summary>The requests of one JSON-RPC method.</summary>
    public IReadOnlyList<ScriptedRequest> RequestsOf(string method) => [.. _requests.Where(request => request.RpcMethod == method)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task LoopAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(context));
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var request = new ScriptedRequest(context, await reader.ReadToEndAsync());
            _requests.Enqueue(request);
            if (!await Script(request))
            {
                await DefaultAsync(request);
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client went away.
        }
    }

    private Task DefaultAsync(ScriptedRequest request)
    {
        switch (request.RpcMethod)
        {
            case "initialize":
                if (SessionId is not null)
                {
                    request.Http.Response.Headers["Mcp-Session-Id"] = SessionId;
                }

                return request.ResultAsync(new JsonObject
                {
                    ["protocolVersion"] = request.Body["params"]!["protocolVersion"]!.DeepClone(),
                    ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
                    ["serverInfo"] = new JsonObject { ["name"] = "scripted", ["version"] = "1" },
                });
            case "tools/call":
                return request.TextAsync("ok");
            case null:
                return request.StatusAsync(405);
            default:
                return request.Body["id"] is null ? request.StatusAsync(202) : request.ErrorAsync(-32601, "Method not found");
        }
    }
}
