using System.Text.Json;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class ValidateTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("workflows/a.json", """{ "name": "a", "steps": [ } """, "syntax")]
    [InlineData("workflows/a.json", """{ "name": "a", "stepz": [] }""", "unknown_member")]
    [InlineData("workflows/a.json", """{ "name": "a", "steps": [], }""", "syntax")]
    [InlineData("grants.json", """{ "grants": [], "grant": 1 }""", "unknown_member")]
    [InlineData("agentruntime.json", """{ "secrets": { "store": "embeded" } }""", "unknown_value")]
    public async Task Each_kind_of_wrong_file_gives_its_code_with_the_place_and_a_fix(string file, string text, string code)
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        _folder.Write(file, text);

        var result = (await _folder.Command.RunAsync("validate", "--json")).Exits(2);

        var problem = ProblemsOf(result.Json()).First(one => one.GetProperty("code").GetString() == code);
        Assert.Equal(file, problem.GetProperty("file").GetString());
        Assert.True(problem.GetProperty("line").GetInt32() > 0);
        Assert.NotEmpty(problem.GetProperty("fix").GetString()!);
    }

    [Fact]
    public async Task All_problems_of_all_files_come_at_once()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        _folder.Write("workflows/a.json", """{ "name": "b", "steps": [], "one": 1, "two": 2 }""");
        _folder.Write("servers/x.json", """{ "name": "x" }""");

        var problems = ProblemsOf((await _folder.Command.RunAsync("validate", "--json")).Exits(2).Json());

        Assert.Contains(problems, one => one.GetProperty("file").GetString() == "workflows/a.json");
        Assert.Contains(problems, one => one.GetProperty("file").GetString() == "servers/x.json");
        Assert.True(problems.Count >= 4);
    }

    [Fact]
    public async Task Naming_a_file_shows_its_problems_only()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        _folder.Write("workflows/a.json", "{");
        _folder.Write("grants.json", "{");

        var problems = ProblemsOf((await _folder.Command.RunAsync("validate", "grants.json", "--json")).Exits(2).Json());

        Assert.All(problems, one => Assert.Equal("grants.json", one.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task A_credential_in_a_definition_is_refused_and_never_quoted()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        var token = "gh" + "p_" + SampleKeys.NewText()[..36];
        _folder.Write("workflows/a.json", $$$"""{ "name": "a", "steps": [ { "id": "s", "type": "transform", "expression": "'{{{token}}}'" } ] }""");

        var result = (await _folder.Command.RunAsync("validate")).Exits(2);

        Assert.Contains("workflows/a.json:1:", result.Output);
        Assert.DoesNotContain(token, result.Output + result.Errors);
    }

    [Fact]
    public async Task The_value_of_a_stored_credential_in_a_definition_is_refused_whatever_its_shape()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
        const string value = "plain looking words of a key";
        (await _folder.Command.RunWithAsync(value, "credentials", "set", "crm/read")).Exits(0);
        (await _folder.Command.RunAsync("validate")).Exits(0);
        _folder.Write("workflows/a.json", $$"""{ "name": "a", "description": "{{value}}", "steps": [ { "id": "s", "type": "transform", "expression": "input" } ] }""");

        var result = (await _folder.Command.RunAsync("validate")).Exits(2);

        Assert.Contains("workflows/a.json", result.Output);
        Assert.DoesNotContain(value, result.Output + result.Errors);
        var run = (await _folder.Command.RunAsync("run", "a", "--json")).Exits(2);
        Assert.Equal("known_credential", Assert.Single(ProblemsOf(run.Json().GetProperty("error"))).GetProperty("code").GetString());
        Assert.DoesNotContain(value, run.Output + run.Errors);
    }

    private static List<JsonElement> ProblemsOf(JsonElement document) => [.. document.GetProperty("problems").EnumerateArray()];
}
