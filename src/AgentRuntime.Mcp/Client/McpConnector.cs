using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Processes;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using SdkClientOptions = ModelContextProtocol.Client.McpClientOptions;

namespace AgentRuntime.Mcp.Client;

/// <summary>Opens sessions: starts the process or prepares the HTTP client, then shakes hands in the revision that the server understands.</summary>
/// <remarks>
/// The SDK probes for the current revision and falls back only on HTTP 400, 404, a JSON-RPC error or silence. Real servers and gateways
/// answer an unknown request in other ways too; for those the older revisions are tried one by one, and the one that works is remembered.
/// The SDK gets no logger: its log lines and spans quote what servers send. Thread-safe.
/// </remarks>
internal sealed class McpConnector(McpClientOptions options, IScrubber scrubber, TimeProvider time, ILoggerFactory loggers, HttpMessageHandler network, McpClientHandlers? handlers = null)
{
    private readonly EraMemory _eras = new();
    private readonly ILogger _logger = loggers.CreateLogger("AgentRuntime.Mcp");

    /// <summary>Opens a session with the credential of <paramref name="lease"/>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="lease">The lease, or <c>null</c> for a session without a credential.</param>
    /// <param name="era">What the remembered revision belongs to.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ConnectFailedException">It could not be opened.</exception>
    public async Task<McpConnection> ConnectAsync(ServerManifest server, Lease? lease, string era, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var remembered = _eras.Find(era);
        string?[] versions = remembered is null ? [null, .. EraMemory.Pins] : [remembered, null, .. EraMemory.Pins];
        ToolOutcome.Failed? failure = null;
        foreach (var version in versions)
        {
            var attempt = await TryOpenAsync(server, lease, version, linked.Token, cancellationToken);
            if (attempt.Connection is { } connection)
            {
                _eras.Remember(era, connection.ProtocolVersion);
                return connection;
            }

            failure = attempt.Failure!;
            if (version is not null && version == remembered)
            {
                _eras.Forget(era);
            }

            if (!attempt.MayBeEra || linked.IsCancellationRequested)
            {
                break;
            }
        }

        throw new ConnectFailedException(failure!);
    }

    private async Task<Attempt> TryOpenAsync(ServerManifest server, Lease? lease, string? version, CancellationToken cancellationToken, CancellationToken callers)
    {
        var scopes = new CallScopes();
        var scope = new CallScope(lease, options.MaxMessageBytes);
        var id = scopes.Enter(scope);
        ServerProcess? process = null;
        try
        {
            switch (server.Transport)
            {
                case ServerTransport.Http http:
                    return new Attempt(await OpenHttpAsync(http, lease is not null, scopes, version, cancellationToken), null, false);
                case ServerTransport.Stdio stdio:
                    process = ProcessLauncher.Start(server.Name, stdio, lease, scrubber, options, time, _logger);
                    return new Attempt(await OpenStdioAsync(process, scopes, version, cancellationToken), null, false);
                default:
                    throw new RequestRefusedException("The transport is of an unknown kind.");
            }
        }
        catch (Exception e) when (!callers.IsCancellationRequested)
        {
            if (process is not null && e is not (TimeoutException or OperationCanceledException))
            {
                await process.WaitForEndAsync(CancellationToken.None);
            }

            return new Attempt(null, ToolFailures.FromConnect(server, e, scope, process), MayBeEra(e, version, scope, process));
        }
        finally
        {
            scopes.Leave(id);
            if (callers.IsCancellationRequested && process is not null)
            {
                await process.DisposeAsync();
            }
        }
    }

    private async Task<McpConnection> OpenHttpAsync(ServerTransport.Http http, bool needsCredential, CallScopes scopes, string? version, CancellationToken cancellationToken)
    {
        var httpClient = HttpStack.ClientOver(new CredentialHandler(network, http.Url, needsCredential, scopes, options, time));
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = http.Url,
                TransportMode = HttpTransportMode.StreamableHttp,

                // Only a client that serves requests of servers needs the stream on which they come.
                EnableStandaloneGetStream = handlers is not null,
                ConnectionTimeout = options.ConnectTimeout,
            },
            httpClient,
            NullLoggerFactory.Instance,
            ownsHttpClient: false);
        try
        {
            var client = await McpClient.CreateAsync(transport, SdkOptions(version), NullLoggerFactory.Instance, cancellationToken);
            return new McpConnection(client, scopes, transport, httpClient, options, time);
        }
        catch
        {
            await transport.DisposeAsync();
            httpClient.Dispose();
            throw;
        }
    }

    private async Task<McpConnection> OpenStdioAsync(ServerProcess process, CallScopes scopes, string? version, CancellationToken cancellationToken)
    {
        var transport = new StdioTransport(process, scopes, options.MaxMessageBytes);
        try
        {
            var client = await McpClient.CreateAsync(transport, SdkOptions(version), NullLoggerFactory.Instance, cancellationToken);
            return new McpConnection(client, scopes, transport, process, options, time);
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }

    private SdkClientOptions SdkOptions(string? version)
    {
        var sdk = new SdkClientOptions
        {
            ClientInfo = new Implementation { Name = options.ClientName, Version = options.ClientVersion },
            ProtocolVersion = version,
            InitializationTimeout = options.ConnectTimeout,
            DiscoverProbeTimeout = options.ProbeTimeout,
            TimeProvider = time,
        };
        if (handlers is not null)
        {
            sdk.Handlers = handlers;
        }

        return sdk;
    }

    /// <summary>Whether another revision might be understood where this one was not.</summary>
    private static bool MayBeEra(Exception exception, string? version, CallScope scope, ServerProcess? process)
    {
        if (scope.ResultTooLarge || exception is RequestRefusedException or TimeoutException or OperationCanceledException)
        {
            return false;
        }

        if (process is { EndedByItself: true })
        {
            return version is null && !AuthFailureRecognizer.SaysRefusedInLog(process.StderrTail);
        }

        return exception switch
        {
            HttpRequestException { StatusCode: { } status } => (int)status switch
            {
                403 or 503 => version is null,
                400 or 405 or 406 or 415 or 422 or 500 or 501 or 502 => true,
                404 => version is not null,
                _ => false,
            },
            McpProtocolException error => !AuthFailureRecognizer.SaysRefused(error.Message),
            HttpRequestException or IOException => false,
            _ => true,
        };
    }

    private sealed record Attempt(McpConnection? Connection, ToolOutcome.Failed? Failure, bool MayBeEra);
}
