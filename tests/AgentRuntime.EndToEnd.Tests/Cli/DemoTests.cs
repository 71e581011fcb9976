using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class DemoTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_demo_shows_five_services_a_rotation_a_whole_chain_and_no_leak()
    {
        TestEnvironment.RequireNode();

        var demo = (await _folder.Command.RunAsync("demo", "--json")).Exits(0).Json();

        Assert.True(demo.GetProperty("succeeded").GetBoolean());
        var servers = demo.GetProperty("run").GetProperty("steps").EnumerateArray()
            .Select(step => step.GetProperty("credential").GetString()).OfType<string>().Select(credential => credential.Split('/')[0]).Distinct(StringComparer.Ordinal);
        Assert.Equal(["crm", "documents", "email", "internal", "payments"], servers.Order(StringComparer.Ordinal));
        Assert.Equal("1", demo.GetProperty("rotation").GetProperty("version_before").GetString());
        Assert.Equal("2", demo.GetProperty("rotation").GetProperty("version_after").GetString());
        Assert.True(demo.GetProperty("audit").GetProperty("whole").GetBoolean());
        Assert.True(demo.GetProperty("audit").GetProperty("entries").GetInt32() >= 28);
        Assert.Equal(0, demo.GetProperty("leaks").GetProperty("hits").GetInt32());
        Assert.Equal(8, demo.GetProperty("leaks").GetProperty("values").GetInt32());
        Assert.True(demo.GetProperty("leaks").GetProperty("files").GetInt32() > 10);
        Assert.Empty(Directory.EnumerateFiles(_folder.Home, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_demo_without_node_says_that_node_is_missing()
    {
        var result = (await (_folder.Command with { Path = _folder.Home }).RunAsync("demo", "--json")).Exits(4);

        Assert.Equal("node_missing", result.Json().GetProperty("error").GetProperty("code").GetString());
    }
}
