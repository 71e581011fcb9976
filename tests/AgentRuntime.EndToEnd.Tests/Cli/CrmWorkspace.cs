using System.Globalization;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Cli;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>A workspace with the CRM and the mail service of the samples, their keys stored, and three small workflows. Shared by the tests that do not break it.</summary>
public sealed class CrmWorkspace : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private SampleServer? _crm;
    private SampleServer? _email;

    /// <summary>The keys that the tests must never see anywhere.</summary>
    public Dictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>The CRM.</summary>
    public SampleServer Crm => _crm!;

    internal TestFolder Folder => _folder;

    /// <summary>The command in this workspace.</summary>
    public CliProcess Command => _folder.Command;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Keys["crm/read"] = SampleKeys.NewText();
        Keys["crm/write"] = SampleKeys.NewText();
        var mail = SampleKeys.NewBasic();
        Keys["email/send"] = mail["password"]!.GetValue<string>();
        _crm = await SampleServer.StartAsync("crm", new Dictionary<string, JsonNode> { ["read"] = Keys["crm/read"], ["write"] = Keys["crm/write"] }, cancellation);
        _email = await SampleServer.StartAsync("email", new Dictionary<string, JsonNode> { ["send"] = mail }, cancellation);
        (await Command.RunAsync("init")).Exits(0);
        WriteFiles(_folder, _crm.Port, _email.Port);
        (await Command.RunWithAsync(Keys["crm/read"] + "\n", "credentials", "set", "crm/read")).Exits(0);
        (await Command.RunWithAsync(Keys["crm/write"], "credentials", "set", "crm/write")).Exits(0);
        (await Command.RunWithAsync(mail.ToJsonString(), "credentials", "set", "email/send")).Exits(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_crm is not null)
        {
            await _crm.DisposeAsync();
        }

        if (_email is not null)
        {
            await _email.DisposeAsync();
        }

        _folder.Dispose();
    }

    internal static void WriteFiles(TestFolder folder, int crmPort, int emailPort)
    {
        folder.Write("servers/crm.json", $$"""
            {
              "name": "crm",
              "transport": { "type": "http", "url": "http://127.0.0.1:{{crmPort.ToString(CultureInfo.InvariantCulture)}}/mcp" },
              "credentials": { "read": { "type": "bearer" }, "write": { "type": "bearer" } },
              "tools": {
                "find_customer": { "scope": "read", "idempotent": true },
                "list_overdue_invoices": { "scope": "read", "idempotent": true },
                "update_customer": { "scope": "write", "idempotent": true }
              }
            }
            """);
        folder.Write("servers/email.json", $$"""
            {
              "name": "email",
              "transport": { "type": "http", "url": "http://127.0.0.1:{{emailPort.ToString(CultureInfo.InvariantCulture)}}/mcp" },
              "credentials": { "send": { "type": "basic" } },
              "tools": { "send_email": { "scope": "send" } }
            }
            """);
        folder.Write("grants.json", """
            {
              "grants": [
                { "workflow": "lookup", "server": "crm", "scopes": ["read"] },
                { "workflow": "slow", "server": "crm", "scopes": ["read"] }
              ]
            }
            """);
        folder.Write("workflows/lookup.json", Workflow("lookup", """
            { "id": "find", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": { "query": "{{input.customer | \"Brightwater\"}}" } },
            { "id": "name", "type": "transform", "depends_on": ["find"], "expression": "steps.find.result.customer.name" }
            """));
        folder.Write("workflows/overreach.json", Workflow("overreach", """
            { "id": "change", "type": "mcp_call", "server": "crm", "tool_name": "update_customer", "tool_args": { "customer_id": "C-1", "status": "reminded" } }
            """));
        folder.Write("workflows/slow.json", Workflow("slow", """
            { "id": "find", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": { "query": "Brightwater" } },
            { "id": "pause", "type": "wait", "depends_on": ["find"], "seconds": 300 }
            """));
    }

    private static string Workflow(string name, string steps) => $$"""
        {
          "name": "{{name}}",
          "input_schema": { "type": "object", "properties": { "customer": { "type": "string", "minLength": 1 } }, "additionalProperties": false },
          "steps": [
            {{steps}}
          ]
        }
        """;
}
