using System.Globalization;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>The smallest governed workflow: <c>lookup</c> asks the CRM of the samples, with <c>crm/read</c>.</summary>
internal static class LookupFiles
{
    public static void Write(TestFolder folder, int crmPort)
    {
        folder.Write("servers/crm.json", $$"""
            {
              "name": "crm",
              "transport": { "type": "http", "url": "http://127.0.0.1:{{crmPort.ToString(CultureInfo.InvariantCulture)}}/mcp" },
              "credentials": { "read": { "type": "bearer" } },
              "tools": { "find_customer": { "scope": "read", "idempotent": true } }
            }
            """);
        folder.Write("grants.json", """{ "grants": [{ "workflow": "lookup", "server": "crm", "scopes": ["read"] }] }""");
        folder.Write("workflows/lookup.json", """
            { "name": "lookup", "steps": [{ "id": "find", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": { "query": "Brightwater" } }] }
            """);
    }
}
