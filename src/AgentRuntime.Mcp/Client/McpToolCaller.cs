using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Credentials;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;

namespace AgentRuntime.Mcp.Client;

/// <summary>Calls and lists the tools of MCP servers over Streamable HTTP and stdio, with pooled sessions.</summary>
/// <remarks>
/// The way of one call:
/// 1 check the call; 2 take a session of (server, credential, version) from the pool, or open one; 3 send the request as raw JSON, with the
/// credential attached by the transport from the call's lease; 4 map the raw result; 5 give the session back, or drop it when broken.
/// A request that a stale session certainly did not carry out is sent once more on a new one. Thread-safe.
/// </remarks>
public sealed partial class McpToolCaller : IToolCaller, IToolCatalog
{
    private readonly McpClientOptions _options;
    private readonly SocketsHttpHandler _network;
    private readonly McpConnector _connector;
    private readonly SessionPool _pool;
    private readonly ILogger _logger;

    /// <summary>A caller with its own pool.</summary>
    /// <param name="options">Limits and times.</param>
    /// <param name="scrubber">Scrubs the error output of processes.</param>
    /// <param name="time">The clock of idle and connect times.</param>
    /// <param name="loggers">Takes scrubbed lines only; the SDK never gets a logger.</param>
    public McpToolCaller(McpClientOptions options, IScrubber scrubber, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _network = HttpStack.Create(options);
        _connector = new McpConnector(options, scrubber, time, loggers, _network);
        _pool = new SessionPool(options, time);
        _logger = loggers.CreateLogger("AgentRuntime.Mcp");
    }

    /// <summary>How many sessions and processes are open for calls.</summary>
    internal int OpenSessions => _pool.Count;

    /// <inheritdoc/>
    public async ValueTask<ToolOutcome> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var tool = call.Tool.Value;
        using var span = McpTelemetry.StartCall(call.Server, tool, call.TraceParent);
        try
        {
            // 1
            var outcome = Check(call)
                ?? await OnSessionAsync(call.Server, call.Lease, call.MaxResultBytes, tool, span, connection => SendAsync(connection, call, span, cancellationToken), cancellationToken);
            McpTelemetry.SetOutcome(span, outcome);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            McpTelemetry.SetCancelled(span);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ToolListing> ListToolsAsync(ServerManifest server, Lease? lease, CancellationToken cancellationToken)
    {
        ToolListing? listing = null;
        var outcome = await OnSessionAsync(
            server,
            lease,
            _options.MaxMessageBytes,
            "tools/list",
            span: null,
            async call =>
            {
                var tools = await ToolLister.ListAsync(page => call.Connection.SendAsync("tools/list", page, call.NewScope(), cancellationToken), _options.MaxListPages);
                listing = new ToolListing(call.Connection.ProtocolVersion, tools);
                return null;
            },
            cancellationToken);
        return outcome is ToolOutcome.Failed failed ? new ToolListing(null, [], failed.Kind, failed.Message) : listing!;
    }

    /// <summary>Closes all sessions and processes and waits for their end, at most <see cref="McpClientOptions.DisposeTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _network.Dispose();
    }

    private ToolOutcome.Failed? Check(ToolCall call)
    {
        if (!call.Server.Tools.TryGetValue(call.Tool, out var spec))
        {
            return ToolFailures.Own(ToolFailureKind.UnknownTool, $"The manifest of {call.Server.Name} does not list the tool {call.Tool}; it was not called.");
        }

        if (spec.Scope is not null != call.Lease is not null)
        {
            return ToolFailures.Own(ToolFailureKind.Unavailable, $"The tool {call.Server.Name}/{call.Tool} was about to be called {(call.Lease is null ? "without the lease that its scope needs" : "with a lease although it uses no credential")}; it was not called.");
        }

        if (call.Arguments.ValueKind != JsonValueKind.Object)
        {
            return ToolFailures.Own(ToolFailureKind.ProtocolError, $"The arguments of {call.Server.Name}/{call.Tool} are not a JSON object; it was not called.");
        }

        return ToolRequest.SizeOf(call.Arguments) > _options.MaxRequestBytes
            ? ToolFailures.Own(ToolFailureKind.ProtocolError, $"The arguments of {call.Server.Name}/{call.Tool} are larger than {_options.MaxRequestBytes} bytes; it was not called.")
            : null;
    }

    private static async Task<ToolOutcome?> SendAsync(CallOnSession session, ToolCall call, Activity? span, CancellationToken cancellationToken)
    {
        // 3
        McpTelemetry.SetSession(span, session.Connection);
        var result = await session.Connection.SendAsync("tools/call", ToolRequest.Build(call, span?.Id ?? call.TraceParent), session.NewScope(), cancellationToken);

        // 4
        return ToolResultMapper.Map(call.Server, call.Tool.Value, McpJson.ToElement(result));
    }

    private async Task<ToolOutcome> OnSessionAsync(
        ServerManifest server,
        Lease? lease,
        int maxResultBytes,
        string tool,
        Activity? span,
        Func<CallOnSession, Task<ToolOutcome?>> use,
        CancellationToken cancellationToken)
    {
        var key = SessionKey.For(server, lease);
        for (var attempt = 1; ; attempt++)
        {
            // 2
            PooledSession session;
            bool reused;
            try
            {
                (session, reused) = await _pool.TakeAsync(key, token => _connector.ConnectAsync(server, lease, $"{server.Name}|{key.Shape}", token), cancellationToken);
            }
            catch (ConnectFailedException e)
            {
                return e.Outcome;
            }

            var call = new CallOnSession(session.Connection!, lease, maxResultBytes);
            var broken = false;
            try
            {
                return await use(call) ?? new ToolOutcome.Succeeded(default);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (call.Connection.Process is { } process && !call.Connection.IsAlive)
                {
                    await process.WaitForEndAsync(cancellationToken);
                }

                broken = IsBroken(e, call);
                if (reused && attempt == 1 && WasNotCarriedOut(e))
                {
                    LogStale(_logger, key);
                    continue;
                }

                return ToolFailures.FromCall(server, tool, e, call.LastScope, call.Connection.Process);
            }
            finally
            {
                // 5
                _pool.Return(session, broken);
            }
        }
    }

    /// <summary>A session whose server forgot it, or a process that ended before it had the request: the request cannot have had an effect.</summary>
    private static bool WasNotCarriedOut(Exception exception) =>
        exception is RequestNotDeliveredException or HttpRequestException { StatusCode: System.Net.HttpStatusCode.NotFound };

    private static bool IsBroken(Exception exception, CallOnSession call) =>
        !call.Connection.IsAlive
        || exception is RequestNotDeliveredException or HttpRequestException { StatusCode: System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden };

    [LoggerMessage(EventId = 3010, Level = LogLevel.Debug, Message = "The session {Session} was stale; the call is sent on a new one.")]
    private static partial void LogStale(ILogger logger, SessionKey session);

    /// <summary>One call on one session.</summary>
    private sealed class CallOnSession(McpConnection connection, Lease? lease, int maxResultBytes)
    {
        public McpConnection Connection { get; } = connection;

        public CallScope LastScope { get; private set; } = new(null, maxResultBytes);

        public CallScope NewScope() => LastScope = new CallScope(lease, maxResultBytes);
    }
}
