using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.Integration.Tests.Samples;

/// <summary>Speaks to a sample server as plainly as possible, so that the tests of the servers depend on no client library.</summary>
internal sealed class SampleClient : IDisposable
{
    private readonly HttpClient _http;
    private string? _session;

    public SampleClient(SampleServer server, params (string Name, string Value)[] headers)
    {
        _http = new HttpClient { BaseAddress = server.Url };
        foreach (var (name, value) in headers)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Sends one request and gives the status and the answer.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Answer, HttpResponseMessage Response)> SendAsync(string method, JsonObject parameters, params (string Name, string Value)[] headers)
    {
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters.DeepClone() };
        using var request = new HttpRequestMessage(HttpMethod.Post, string.Empty) { Content = JsonContent.Create(body) };
        if (_session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", _session);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response);
    }

    /// <summary>Opens a session.</summary>
    public async Task<HttpStatusCode> InitializeAsync(string revision = "2025-11-25")
    {
        var (status, _, response) = await SendAsync("initialize", new JsonObject
        {
            ["protocolVersion"] = revision,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "tests", ["version"] = "1" },
        });
        _session = response.Headers.TryGetValues("Mcp-Session-Id", out var values) ? values.Single() : null;
        return status;
    }

    /// <summary>Calls a tool.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Result)> CallAsync(string tool, JsonObject arguments, string? idempotencyKey = null)
    {
        var parameters = new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone() };
        if (idempotencyKey is not null)
        {
            parameters["_meta"] = new JsonObject { ["agentruntime/idempotency-key"] = idempotencyKey };
        }

        var (status, answer, _) = await SendAsync("tools/call", parameters);
        return (status, answer?["result"]);
    }

    public void Dispose() => _http.Dispose();
}
