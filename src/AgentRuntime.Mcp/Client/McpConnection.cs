using System.Text.Json.Nodes;
using AgentRuntime.Mcp.Processes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentRuntime.Mcp.Client;

/// <summary>One open session with one server, for one credential version (or none). Serves concurrent calls. Thread-safe.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    private readonly McpClient _client;
    private readonly StdioTransport? _stdio;
    private readonly HttpClientTransport? _http;
    private readonly HttpClient? _httpClient;
    private readonly McpClientOptions _options;
    private readonly TimeProvider _time;

    public McpConnection(McpClient client, CallScopes scopes, StdioTransport stdio, ServerProcess process, McpClientOptions options, TimeProvider time)
        : this(client, scopes, options, time)
    {
        _stdio = stdio;
        Process = process;
    }

    public McpConnection(McpClient client, CallScopes scopes, HttpClientTransport http, HttpClient httpClient, McpClientOptions options, TimeProvider time)
        : this(client, scopes, options, time)
    {
        _http = http;
        _httpClient = httpClient;
    }

    private McpConnection(McpClient client, CallScopes scopes, McpClientOptions options, TimeProvider time)
    {
        _client = client;
        Scopes = scopes;
        _options = options;
        _time = time;
    }

    /// <summary>The calls under way.</summary>
    public CallScopes Scopes { get; }

    /// <summary>The process, for stdio.</summary>
    public ServerProcess? Process { get; }

    /// <summary>The protocol revision in use.</summary>
    public string? ProtocolVersion => _client.NegotiatedProtocolVersion;

    /// <summary>The HTTP session's id, if the server gave one. It is as good as a credential with some servers.</summary>
    public string? SessionId => _client.SessionId;

    /// <summary>Whether a call may still be tried on it.</summary>
    public bool IsAlive => !_client.Completion.IsCompleted && _stdio is not { IsBroken: true } && Process?.Exited.IsCompleted != true;

    /// <summary>Sends one request as raw JSON and gives the raw result.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the server was told.</exception>
    public async Task<JsonNode?> SendAsync(string method, JsonObject parameters, CallScope scope, CancellationToken cancellationToken)
    {
        var id = Scopes.Enter(scope);
        try
        {
            var request = new JsonRpcRequest { Id = new RequestId(id), Method = method, Params = parameters };
            return (await _client.SendRequestAsync(request, cancellationToken)).Result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TellCancelledAsync(id);
            throw;
        }
        finally
        {
            Scopes.Leave(id);
        }
    }

    /// <summary>Sends a notification that carries nothing.</summary>
    public Task NotifyAsync(string method, CallScope scope, CancellationToken cancellationToken) =>
        SendNotificationAsync(new JsonRpcNotification { Method = method }, scope, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        if (_stdio is not null)
        {
            await _stdio.DisposeAsync();
        }

        if (_http is not null)
        {
            await _http.DisposeAsync();
        }

        _httpClient?.Dispose();
    }

    private async Task SendNotificationAsync(JsonRpcNotification notification, CallScope scope, CancellationToken cancellationToken)
    {
        var id = Scopes.Enter(scope);
        try
        {
            await _client.SendMessageAsync(notification, cancellationToken);
        }
        finally
        {
            Scopes.Leave(id);
        }
    }

    /// <summary>
    /// Tells the server while the call's lease still lasts. Over HTTP the SDK only drops the connection, which is no cancellation before
    /// revision 2026-07-28; over stdio its own notice is lost when the cancelled wait ends before the notice's turn. Two notices do no harm.
    /// </summary>
    private async Task TellCancelledAsync(long id)
    {
        using var timeout = new CancellationTokenSource(_options.CancelNoticeTimeout, _time);
        try
        {
            await _client.SendMessageAsync(
                new JsonRpcNotification { Method = NotificationMethods.CancelledNotification, Params = new JsonObject { ["requestId"] = id, ["reason"] = "The caller cancelled the call." } },
                timeout.Token);
        }
        catch (Exception)
        {
            // The notice is a courtesy: whatever happens to it, the call is cancelled.
        }
    }
}
