using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using McpClientOptions = AgentRuntime.Mcp.Client.McpClientOptions;

namespace AgentRuntime.Mcp.Conformance;

/// <summary>Drives the product's own client stack for the official MCP conformance suite: connects, lists the tools and calls each of them.</summary>
/// <remarks>
/// One behaviour serves every client scenario (<c>initialize</c>, <c>tools_call</c>, <c>sse-retry</c>,
/// <c>elicitation-sep1034-client-defaults</c>), so the scenario's name is not needed. Unlike a workflow's session, this one accepts
/// elicitations (with the defaults of their schema) and opens the standalone event stream on which servers send them. No credential is
/// involved. Use an instance once.
/// </remarks>
/// <param name="options">Limits and times.</param>
/// <param name="scrubber">Scrubs the error output of processes; unused over HTTP.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Takes the product's log lines.</param>
public sealed class ConformanceClient(McpClientOptions options, IScrubber scrubber, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Runs against the server at <paramref name="url"/>.</summary>
    /// <returns>What went wrong, or <c>null</c>.</returns>
    public async Task<UntrustedText?> RunAsync(Uri url, CancellationToken cancellationToken)
    {
        using var network = HttpStack.Create(options);
        var handlers = new McpClientHandlers
        {
            ElicitationHandler = (_, _) => ValueTask.FromResult(new ElicitResult { Action = "accept", Content = new Dictionary<string, JsonElement>(StringComparer.Ordinal) }),
        };
        var connector = new McpConnector(options, scrubber, time, loggers, network, handlers);
        var server = new ServerManifest(
            new ServerName("conformance"),
            new ServerTransport.Http(url),
            new Dictionary<ScopeName, CredentialSpec>(),
            new Dictionary<ToolName, ToolSpec>());
        try
        {
            await using var connection = await connector.ConnectAsync(server, lease: null, "conformance", cancellationToken);
            return await CallEachToolAsync(connection, server, cancellationToken);
        }
        catch (ConnectFailedException e)
        {
            return e.Outcome.Message;
        }
    }

    private async Task<UntrustedText?> CallEachToolAsync(McpConnection connection, ServerManifest server, CancellationToken cancellationToken)
    {
        var scope = NewScope();
        var tool = "tools/list";
        try
        {
            var tools = await ToolLister.ListAsync(page => connection.SendAsync("tools/list", page, scope = NewScope(), cancellationToken), options.MaxListPages);
            foreach (var listed in tools)
            {
                tool = listed.Name;
                scope = NewScope();
                var parameters = new JsonObject { ["name"] = tool, ["arguments"] = SampleArguments(listed.InputSchema) };
                var result = await connection.SendAsync("tools/call", parameters, scope, cancellationToken);
                if (ToolResultMapper.Map(server, tool, McpJson.ToElement(result)) is ToolOutcome.Failed failed)
                {
                    return failed.Message;
                }
            }

            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return ToolFailures.FromCall(server, tool, e, scope, process: null).Message;
        }
    }

    private CallScope NewScope() => new(null, options.MaxMessageBytes);

    /// <summary>Arguments of the right types for every property that the schema names.</summary>
    private static JsonObject SampleArguments(JsonElement? schema)
    {
        var arguments = new JsonObject();
        if (schema is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return arguments;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var type = property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
            arguments[property.Name] = type switch
            {
                "number" or "integer" => JsonValue.Create(arguments.Count + 2),
                "boolean" => JsonValue.Create(true),
                "array" => new JsonArray(),
                "object" => new JsonObject(),
                _ => JsonValue.Create("sample"),
            };
        }

        return arguments;
    }
}
