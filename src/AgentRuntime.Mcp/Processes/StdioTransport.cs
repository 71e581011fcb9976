using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentRuntime.Mcp.Client;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentRuntime.Mcp.Processes;

/// <summary>The MCP stdio transport over a running process: one JSON-RPC message per line, with limits on every line.</summary>
/// <remarks>
/// The SDK's own transport reads lines of any length, drops a line it cannot parse (so that the call waits for ever) and can leave half a
/// message behind when a write is cancelled; this one does none of that. Owns the process.
/// </remarks>
internal sealed class StdioTransport : TransportBase, IClientTransport
{
    private static readonly JsonTypeInfo<JsonRpcMessage> MessageType = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));
    private readonly ServerProcess _process;
    private readonly CallScopes _scopes;
    private readonly int _maxMessageBytes;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private Task _reading = Task.CompletedTask;
    private int _disposed;

    public StdioTransport(ServerProcess process, CallScopes scopes, int maxMessageBytes)
        : base("stdio", loggerFactory: null)
    {
        _process = process;
        _scopes = scopes;
        _maxMessageBytes = maxMessageBytes;
    }

    string IClientTransport.Name => "stdio";

    /// <summary>Whether a message can no longer be sent whole.</summary>
    public bool IsBroken { get; private set; }

    Task<ITransport> IClientTransport.ConnectAsync(CancellationToken cancellationToken)
    {
        SetConnected();
        _reading = Task.Run(ReadAsync, CancellationToken.None);
        return Task.FromResult<ITransport>(this);
    }

    /// <inheritdoc/>
    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var line = new MemoryStream();
        await JsonSerializer.SerializeAsync(line, message, MessageType, cancellationToken);
        line.WriteByte((byte)'\n');
        await _sending.WaitAsync(cancellationToken);

        // Once begun, a line is written to its end even when the caller gives up: half a line would spoil the next message.
        var writing = WriteAndReleaseAsync(line.GetBuffer().AsMemory(0, checked((int)line.Length)));
        try
        {
            await writing.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!writing.IsCompleted)
        {
            IsBroken = true;
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _process.DisposeAsync();
        await _closing.CancelAsync();
        await _reading;
        SetDisconnected();
        _closing.Dispose();
    }

    private async Task WriteAndReleaseAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await _process.Input.WriteAsync(line, _closing.Token);
            await _process.Input.FlushAsync(_closing.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            IsBroken = true;
            throw new RequestNotDeliveredException();
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var reader = new BoundedLineReader(_process.Output);
            while (await reader.ReadAsync(Limit, _closing.Token) is { } line)
            {
                await TakeAsync(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
        }

        _process.NoteOutputEnded();
        IsBroken = true;
        SetDisconnected();
    }

    private int Limit() => Math.Max(_maxMessageBytes, _scopes.GreatestLimit());

    private async Task TakeAsync(BoundedLineReader.Line line)
    {
        if (line.TooLong)
        {
            await FailAsync(line.Id, tooLarge: true);
            return;
        }

        var content = line.Content.Span.Trim(" \t\r"u8);
        if (content.IsEmpty)
        {
            return;
        }

        JsonRpcMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(content, MessageType);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            // Not a message: a server that prints to its output, or an answer that is nested too deeply or malformed.
            var scanner = new TopLevelIdScanner();
            scanner.Feed(content);
            if (content[0] == (byte)'{' && scanner.Id is not null)
            {
                await FailAsync(scanner.Id, tooLarge: false);
            }

            return;
        }

        if (message is JsonRpcResponse { Id.Id: long id } && _scopes.Find(id) is { } scope && line.Content.Length > scope.MaxResultBytes)
        {
            await FailAsync(id, tooLarge: true);
        }
        else if (message is not null)
        {
            await WriteMessageAsync(message, CancellationToken.None);
        }
    }

    /// <summary>Ends the call with this id, or every call when the answer cannot be attributed.</summary>
    private async Task FailAsync(long? id, bool tooLarge)
    {
        foreach (var (failedId, scope) in _scopes.Live())
        {
            if (id is null || id == failedId)
            {
                scope.ResultTooLarge |= tooLarge;
                await WriteMessageAsync(
                    new JsonRpcError
                    {
                        Id = new RequestId(failedId),
                        Error = new JsonRpcErrorDetail { Code = (int)McpErrorCode.InternalError, Message = "The answer is not a message that can be read." },
                    },
                    CancellationToken.None);
            }
        }
    }
}
