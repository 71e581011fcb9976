using System.Text.Json;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class DoctorTests(CrmWorkspace workspace) : IClassFixture<CrmWorkspace>
{
    [Fact]
    public async Task A_good_set_up_is_healthy()
    {
        var result = (await workspace.Command.RunAsync("doctor", "--json")).Exits(0).Json();

        Assert.True(result.GetProperty("healthy").GetBoolean());
        Assert.Equal(
            ["audit log", "credential crm/read", "files", "master key", "permissions", "secret store", "server crm/read", "server crm/write", "server email/send", "telemetry"],
            result.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("check").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_thing_that_is_wrong_says_what_to_do()
    {
        using var bare = new TestFolder();
        (await bare.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(bare, 1, 1);
        bare.Write("workflows/broken.json", "{");

        var result = (await bare.Command.RunAsync("doctor", "--json")).Exits(1).Json();

        var failed = result.GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("status").GetString() == "fail").ToList();
        Assert.Contains(failed, check => Is(check, "files"));
        Assert.Contains(failed, check => Is(check, "credential crm/read"));
        Assert.Contains(failed, check => Is(check, "server crm/read"));
        Assert.All(failed, check => Assert.NotEmpty(check.GetProperty("fix").GetString()!));
    }

    private static bool Is(JsonElement check, string name) => check.GetProperty("check").GetString() == name;
}
