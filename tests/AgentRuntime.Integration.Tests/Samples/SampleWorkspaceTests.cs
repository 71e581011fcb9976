using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Names;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Samples;
using AgentRuntime.Workflows.Expressions;
using AgentRuntime.Workflows.Templates;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Samples;

public sealed class SampleWorkspaceTests
{
    private static readonly string Root = Path.Combine(TestEnvironment.RepositoryRoot, "samples", "workspace");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Has_no_problems()
    {
        var load = Workspace.Load(Root);

        Assert.Empty(load.Problems);
        Assert.True(load.IsValid);
        Assert.Equal(5, load.Workspace.Servers.Count);
    }

    [Fact]
    public void Grants_each_workflow_exactly_the_scopes_of_the_tools_it_calls()
    {
        var workspace = Workspace.Load(Root).Workspace!;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "workflows")))
        {
            var workflow = JsonNode.Parse(File.ReadAllText(file))!;
            var used = Calls(workflow["steps"]!.AsArray())
                .Select(call => new CredentialName(call.Server, workspace.Servers[call.Server].Tools[call.Tool].Scope!.Value))
                .ToHashSet();
            var granted = workspace.Grants.Grants
                .Where(grant => grant.Workflow.Value == (string?)workflow["name"])
                .SelectMany(grant => grant.Scopes.Select(scope => new CredentialName(grant.Server, scope)));

            Assert.Equal(used, granted.ToHashSet());
        }
    }

    [Fact]
    public void Works_out_what_is_owed_and_what_was_paid_twice()
    {
        var assess = Assert.Single(Steps(), step => (string?)step["id"] == "assess");
        var steps = new ConcurrentDictionary<StepId, StepData>
        {
            [new StepId("overdue_invoices")] = Result("""{ "invoices": [{ "number": "A", "amount": 40 }, { "number": "B", "amount": 2 }] }"""),
            [new StepId("past_payments")] = Result("""
                { "payments": [
                  { "id": "P-1", "duplicate_of": null, "refunded": 0 },
                  { "id": "P-2", "duplicate_of": "P-1", "refunded": 9 },
                  { "id": "P-3", "duplicate_of": "P-1", "refunded": 0 } ] }
                """),
        };
        var none = JsonElement.Parse("{}");

        var result = JmesExpression.Parse((string)assess["expression"]!, "/expression").Evaluate(TemplateScope.ForRun(none, none, steps));

        Assert.Equal("""{"count":2,"total":42,"duplicate":"P-3"}""", Picked(result));
    }

    [Fact]
    public async Task Lists_the_tools_that_the_http_servers_offer()
    {
        var manifests = Workspace.Load(Root).Workspace!.Servers;
        foreach (var (name, keys) in HttpServers())
        {
            await using var server = await SampleServer.StartAsync(name, keys, Token);
            using var client = new SampleClient(server, Headers(name));
            await client.InitializeAsync();

            var (_, answer, _) = await client.SendAsync("tools/list", []);

            Assert.Equal(
                manifests[new ServerName(name)].Tools.Keys.Select(tool => tool.Value).Order(StringComparer.Ordinal),
                answer!["result"]!["tools"]!.AsArray().Select(tool => (string)tool!["name"]!).Order(StringComparer.Ordinal));
        }
    }

    private static IEnumerable<JsonNode> Steps() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "workflows", "invoice-follow-up.json")))!["steps"]!.AsArray().Select(step => step!);

    private static IEnumerable<(ServerName Server, ToolName Tool)> Calls(JsonArray steps) => steps.SelectMany(step => (string?)step!["type"] switch
    {
        "mcp_call" => [(new ServerName((string)step["server"]!), new ToolName((string)step["tool_name"]!))],
        "for_each" => Calls(step["for_each_body_steps"]!.AsArray()),
        _ => [],
    });

    private static StepData Result(string json) => new(JsonElement.Parse(json), null);

    private static string Picked(TemplateResult result)
    {
        Assert.Null(result.Error);
        var value = result.Value;
        return $$"""{"count":{{value.GetProperty("count")}},"total":{{value.GetProperty("total")}},"duplicate":"{{value.GetProperty("duplicate").GetProperty("id")}}"}""";
    }

    private static Dictionary<string, Dictionary<string, JsonNode>> HttpServers() => new()
    {
        ["crm"] = new() { ["read"] = "one", ["write"] = "two" },
        ["email"] = new() { ["send"] = new JsonObject { ["username"] = "user", ["password"] = "one" } },
        ["payments"] = new() { ["read"] = "one", ["refund"] = "two" },
        ["internal"] = new() { ["audit"] = new JsonObject { ["id"] = "svc", ["token"] = "one" } },
    };

    private static (string, string)[] Headers(string server) => server switch
    {
        "crm" => [("Authorization", $"Bearer {"one"}")],
        "email" => [("Authorization", $"Basic {Convert.ToBase64String("user:one"u8)}")],
        "payments" => [("X-Api-Key", "one")],
        _ => [("X-Service-Id", "svc"), ("X-Service-Token", "one")],
    };
}
