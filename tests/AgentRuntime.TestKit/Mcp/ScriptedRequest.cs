using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Mcp;

/// <summary>One request to a <see cref="ScriptedMcpServer"/>, and the ways to answer it.</summary>
public sealed class ScriptedRequest
{
    internal ScriptedRequest(HttpListenerContext http, string body)
    {
        Http = http;
        Verb = http.Request.HttpMethod;
        Headers = new WebHeaderCollection { http.Request.Headers };
        Url = http.Request.Url!;
        Body = body.Length == 0 ? [] : (JsonObject)JsonNode.Parse(body)!;
    }

    /// <summary>The listener's context, for answers that this class has no word for.</summary>
    public HttpListenerContext Http { get; }

    /// <summary>GET, POST or DELETE.</summary>
    public string Verb { get; }

    /// <summary>The headers.</summary>
    public WebHeaderCollection Headers { get; }

    /// <summary>The URL with its query.</summary>
    public Uri Url { get; }

    /// <summary>The JSON-RPC message; empty without a body.</summary>
    public JsonObject Body { get; }

    /// <summary>The JSON-RPC method, if any.</summary>
    public string? RpcMethod => (string?)Body["method"];

    /// <summary>The called tool, if any.</summary>
    public string? Tool => RpcMethod == "tools/call" ? (string?)Body["params"]!["name"] : null;

    /// <summary>Answers with a result.</summary>
    public Task ResultAsync(JsonNode result) =>
        JsonAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = Body["id"]?.DeepClone(), ["result"] = result });

    /// <summary>Answers a call with one text block.</summary>
    public Task TextAsync(string text, bool isError = false) => ResultAsync(new JsonObject
    {
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
        ["isError"] = isError,
    });

    /// <summary>Answers with a JSON-RPC error.</summary>
    public Task ErrorAsync(int code, string message) => JsonAsync(new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["id"] = Body["id"]?.DeepClone(),
        ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
    });

    /// <summary>Answers with a status and perhaps a body.</summary>
    public async Task StatusAsync(int status, string body = "", string contentType = "text/plain")
    {
        Http.Response.StatusCode = status;
        if (body.Length > 0)
        {
            Http.Response.ContentType = contentType;
        }

        await WriteAsync(body);
    }

    /// <summary>Answers with this JSON.</summary>
    public async Task JsonAsync(JsonNode message)
    {
        Http.Response.ContentType = "application/json";
        await WriteAsync(message.ToJsonString());
    }

    /// <summary>Drops the connection without an answer.</summary>
    public void Abort() => Http.Response.Abort();

    private async Task WriteAsync(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Http.Response.ContentLength64 = bytes.Length;
        await Http.Response.OutputStream.WriteAsync(bytes);
        Http.Response.Close();
    }
}
