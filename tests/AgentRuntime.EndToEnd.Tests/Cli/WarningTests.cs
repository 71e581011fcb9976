using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class WarningTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        _folder.Write("servers/redis.json", """
            {
              "name": "redis",
              "transport": { "type": "stdio", "command": "no-such-program" },
              "credentials": { "all": { "type": "api_key", "arg": "redis://:{value}@127.0.0.1:1" } },
              "tools": { "get": { "scope": "all" } }
            }
            """);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_credential_in_an_argument_is_a_warning_and_no_problem()
    {
        var result = (await _folder.Command.RunAsync("validate", "--json")).Exits(0).Json();
        var text = (await _folder.Command.RunAsync("validate")).Exits(0);

        Assert.Empty(result.GetProperty("problems").EnumerateArray());
        Assert.Equal(("exposed_argument", "/credentials/all/arg"), Only(result));
        Assert.Contains("servers/redis.json:4:", text.Output);
    }

    [Fact]
    public async Task Listing_the_servers_shows_it()
    {
        var result = (await _folder.Command.RunAsync("servers", "list", "--json")).Exits(0).Json();
        var text = (await _folder.Command.RunAsync("servers", "list")).Exits(0);

        Assert.Equal(("exposed_argument", "/credentials/all/arg"), Only(result));
        Assert.Contains("exposed_argument", text.Output);
    }

    [Fact]
    public async Task The_doctor_warns_of_it()
    {
        var result = (await _folder.Command.RunAsync("doctor", "--json")).Json();

        Assert.Contains(result.GetProperty("checks").EnumerateArray(), check =>
            check.GetProperty("check").GetString() == "servers/redis.json" && check.GetProperty("status").GetString() == "warn");
    }

    [Fact]
    public async Task A_server_that_calls_a_tool_safe_to_repeat_is_heard_where_the_manifest_is_silent()
    {
        var key = SampleKeys.NewText();
        await using var crm = await SampleServer.StartAsync("crm", new Dictionary<string, JsonNode> { ["read"] = key, ["write"] = SampleKeys.NewText() }, TestContext.Current.CancellationToken);
        CrmWorkspace.WriteFiles(_folder, crm.Port, 1);
        var manifest = await File.ReadAllTextAsync(_folder.File("servers/crm.json"), TestContext.Current.CancellationToken);
        _folder.Write("servers/crm.json", manifest
            .Replace("""
                "find_customer": { "scope": "read", "idempotent": true }
                """, """
                "find_customer": { "scope": "read" }
                """, StringComparison.Ordinal)
            .Replace("""
                "list_overdue_invoices": { "scope": "read", "idempotent": true }
                """, """
                "list_overdue_invoices": { "scope": "read", "idempotent": false }
                """, StringComparison.Ordinal));
        (await _folder.Command.RunWithAsync(key, "credentials", "set", "crm/read")).Exits(0);

        var checks = (await _folder.Command.RunAsync("servers", "check", "crm", "--json")).Json().GetProperty("checks").EnumerateArray().ToList();

        var read = Assert.Single(checks, check => check.GetProperty("scope").GetString() == "read");
        Assert.Equal(["find_customer"], read.GetProperty("safe_to_repeat").EnumerateArray().Select(tool => tool.GetString()));
    }

    private static (string?, string?) Only(JsonElement result)
    {
        var warning = Assert.Single(result.GetProperty("warnings").EnumerateArray());
        return (warning.GetProperty("code").GetString(), warning.GetProperty("pointer").GetString());
    }
}
