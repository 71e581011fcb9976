using System.Text.Json.Nodes;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.TestKit.Cli;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.EndToEnd.Tests.Kills;

/// <summary>One workspace over four sample services, one of them behind a process on stdio, and a workflow of about twenty calls that are not all idempotent.</summary>
internal sealed class KillWorkspace : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<(string Server, SampleServer Service)> _services = [];
    private readonly List<(string Credential, string Value)> _pending = [];
    private readonly Dictionary<string, string> _fingerprints = new(StringComparer.Ordinal);

    public CliProcess Command => _folder.Command;

    /// <summary>The argument by which the stdio processes of this workspace are told from all others.</summary>
    public string Api { get; private set; } = string.Empty;

    public static async Task<KillWorkspace> CreateAsync(CancellationToken cancellationToken)
    {
        var workspace = new KillWorkspace();
        (await workspace.Command.RunAsync("init")).Exits(0);
        var crm = await workspace.StartAsync("crm", "crm", new() { ["read"] = SampleKeys.NewText(), ["write"] = SampleKeys.NewText() }, cancellationToken);
        var email = await workspace.StartAsync("email", "email", new() { ["send"] = SampleKeys.NewBasic() }, cancellationToken);
        var token = SampleKeys.NewText();
        var internalApi = await workspace.StartAsync("internal", "internal", new() { ["audit"] = new JsonObject { ["id"] = "invoice-service", ["token"] = token } }, cancellationToken);
        var documents = await workspace.StartAsync("documents-api", "documents", new() { ["read"] = SampleKeys.NewText() }, cancellationToken);
        workspace.Api = documents.Url.OriginalString;
        workspace.WriteServers(crm, email, internalApi);
        workspace.WriteWorkflow();
        return workspace;
    }

    /// <summary>Every call that a service let through.</summary>
    public async Task<IReadOnlyList<ServiceCall>> CallsAsync(CancellationToken cancellationToken)
    {
        var calls = new List<ServiceCall>();
        foreach (var (server, service) in _services)
        {
            foreach (var call in await service.CallsAsync(cancellationToken))
            {
                var key = (string?)call.Meta["agentruntime/idempotency-key"];
                Assert.NotNull(key);
                var slash = key.IndexOf('/', StringComparison.Ordinal);
                var credential = $"{server}/{call.Scope}";
                Assert.Equal(_fingerprints[credential], call.KeyFingerprint);
                calls.Add(new ServiceCall(key[..slash], key[(slash + 1)..], credential, $"{server}/{call.Tool}"));
            }
        }

        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, service) in _services)
        {
            await service.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<SampleServer> StartAsync(string file, string server, Dictionary<string, JsonNode> keys, CancellationToken cancellationToken)
    {
        var service = await SampleServer.StartAsync(file, keys, cancellationToken);
        _services.Add((server, service));
        foreach (var (scope, key) in keys)
        {
            var secret = key is JsonObject fields ? (string)(fields["token"] ?? fields["password"])! : (string)key!;
            _fingerprints[$"{server}/{scope}"] = SampleServer.Fingerprint(secret);
        }

        _pending.AddRange(keys.Select(key => ($"{server}/{key.Key}", key.Value is JsonObject ? key.Value.ToJsonString() : (string)key.Value!)));
        return service;
    }

    /// <summary>Stores the keys; the manifests must be there.</summary>
    public async Task StoreKeysAsync()
    {
        foreach (var (credential, value) in _pending)
        {
            (await Command.RunWithAsync(value, "credentials", "set", credential)).Exits(0);
        }
    }

    private void WriteServers(SampleServer crm, SampleServer email, SampleServer internalApi)
    {
        _folder.Write("servers/crm.json", $$"""
            { "name": "crm", "transport": { "type": "http", "url": "{{crm.Url}}" },
              "credentials": { "read": { "type": "bearer" }, "write": { "type": "bearer" } },
              "tools": { "find_customer": { "scope": "read", "idempotent": true }, "update_customer": { "scope": "write", "idempotent": true } } }
            """);
        _folder.Write("servers/email.json", $$"""
            { "name": "email", "transport": { "type": "http", "url": "{{email.Url}}" },
              "credentials": { "send": { "type": "basic" } }, "tools": { "send_email": { "scope": "send", "idempotent": false } } }
            """);
        _folder.Write("servers/internal.json", $$"""
            { "name": "internal", "transport": { "type": "http", "url": "{{internalApi.Url}}" },
              "credentials": { "audit": { "type": "custom_headers", "headers": { "X-Service-Id": "{id}", "X-Service-Token": "{token}" } } },
              "tools": { "record_activity": { "scope": "audit", "idempotent": false } } }
            """);
        _folder.Write("servers/documents.json", $$"""
            { "name": "documents",
              "transport": { "type": "stdio", "command": "node", "args": ["documents.mjs", "--api", "{{Api}}"], "cwd": {{System.Text.Json.JsonSerializer.Serialize(SampleServer.Folder)}} },
              "credentials": { "read": { "type": "api_key", "env": "DOCUMENTS_API_KEY" } },
              "tools": { "search_documents": { "scope": "read", "idempotent": true } } }
            """);
        _folder.Write("grants.json", """
            { "grants": [
              { "workflow": "busy", "server": "crm", "scopes": ["read", "write"] }, { "workflow": "busy", "server": "email", "scopes": ["send"] },
              { "workflow": "busy", "server": "internal", "scopes": ["audit"] }, { "workflow": "busy", "server": "documents", "scopes": ["read"] } ] }
            """);
    }

    private void WriteWorkflow() => _folder.Write("workflows/busy.json", """
        {
          "name": "busy",
          "input_schema": { "type": "object", "properties": { "label": { "type": "string" } } },
          "steps": [
            { "id": "find", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": { "query": "Brightwater" } },
            { "id": "note-1", "type": "mcp_call", "server": "internal", "tool_name": "record_activity", "tool_args": { "subject": "C-1001", "activity": "one" } },
            { "id": "search", "type": "mcp_call", "depends_on": ["find"], "server": "documents", "tool_name": "search_documents", "tool_args": { "query": "Invoice" } },
            { "id": "each", "type": "for_each", "depends_on": ["find", "note-1"], "for_each_items": [1, 2, 3, 4], "for_each_max_parallel": 2,
              "for_each_body_steps": [
                { "id": "send", "type": "mcp_call", "server": "email", "tool_name": "send_email", "tool_args": { "to": "{{steps.find.result.customer.email}}", "subject": "Number {{item}}", "body": "Hello" } },
                { "id": "log", "type": "mcp_call", "depends_on": ["send"], "server": "internal", "tool_name": "record_activity", "tool_args": { "subject": "C-1001", "activity": "sent" } } ] },
            { "id": "count", "type": "transform", "depends_on": ["each", "search"], "expression": "steps.each.result.count" },
            { "id": "update", "type": "mcp_call", "depends_on": ["count"], "server": "crm", "tool_name": "update_customer", "tool_args": { "customer_id": "C-1001", "status": "reminded" } },
            { "id": "search-2", "type": "mcp_call", "depends_on": ["count"], "server": "documents", "tool_name": "search_documents", "tool_args": { "query": "Payment" } },
            { "id": "note-2", "type": "mcp_call", "depends_on": ["update"], "server": "internal", "tool_name": "record_activity", "tool_args": { "subject": "C-1001", "activity": "two" } },
            { "id": "note-3", "type": "mcp_call", "depends_on": ["note-2"], "server": "internal", "tool_name": "record_activity", "tool_args": { "subject": "C-1001", "activity": "three" } }
          ]
        }
        """);
}

/// <summary>A call that a service let through.</summary>
/// <param name="Run">The run that made it.</param>
/// <param name="Step">The step.</param>
/// <param name="Credential">Whose key came with it.</param>
/// <param name="Tool"><c>server/tool</c>.</param>
internal sealed record ServiceCall(string Run, string Step, string Credential, string Tool);
