namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("runn", "run")]
    [InlineData("credentails", "credentials")]
    public async Task A_mistyped_command_is_bad_usage_with_a_suggestion(string typed, string meant)
    {
        var result = (await _folder.Command.RunAsync(typed)).Exits(2);

        Assert.Empty(result.Output);
        Assert.Contains($"Did you mean '{meant}'", result.Errors);
    }

    [Fact]
    public async Task An_argument_too_many_is_not_quoted_because_it_may_be_a_value()
    {
        var pasted = SampleKeys.NewText();

        var result = (await _folder.Command.RunAsync("credentials", "set", "crm/read", pasted)).Exits(2);

        Assert.DoesNotContain(pasted, result.Output + result.Errors);
    }

    [Fact]
    public async Task Usage_errors_are_one_json_document_with_json()
    {
        var result = (await _folder.Command.RunAsync("run", "--json")).Exits(2);

        Assert.Equal("usage", result.Json().GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(result.Errors);
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("run", "x")]
    [InlineData("runs", "list")]
    [InlineData("credentials", "list")]
    [InlineData("servers", "list")]
    [InlineData("audit", "verify")]
    [InlineData("doctor")]
    public async Task A_command_without_a_workspace_says_where_it_looked_and_what_to_do(params string[] command)
    {
        var result = (await _folder.Command.RunAsync([.. command, "--json"])).Exits(2);

        var error = result.Json().GetProperty("error");
        Assert.Equal("no_workspace", error.GetProperty("code").GetString());
        Assert.Contains(_folder.Workspace, error.GetProperty("message").GetString());
        Assert.Contains("agentruntime init", error.GetProperty("hint").GetString());
    }

    [Fact]
    public async Task A_named_folder_that_is_no_workspace_is_an_error()
    {
        var result = (await _folder.Command.RunAsync("runs", "list", "--workspace", _folder.Home, "--json")).Exits(2);

        Assert.Equal("no_workspace", result.Json().GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Help_names_every_command_of_the_contract()
    {
        var help = (await _folder.Command.RunAsync("--help")).Exits(0).Output;

        foreach (var command in (string[])["init", "demo", "validate", "run", "runs", "credentials", "servers", "audit", "doctor", "leak-check", "scrub", "schema", "version"])
        {
            Assert.Contains($"  {command} ", help);
        }

        Assert.DoesNotContain("conformance-client", help);
    }

    [Fact]
    public async Task The_version_is_told_in_text_and_in_json()
    {
        Assert.StartsWith("agentruntime 0.", (await _folder.Command.RunAsync("version")).Exits(0).Output);
        Assert.StartsWith("0.", (await _folder.Command.RunAsync("version", "--json")).Exits(0).Json().GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("workflow")]
    [InlineData("settings")]
    [InlineData("grants")]
    public async Task A_schema_is_printed_as_json(string name)
    {
        var schema = (await _folder.Command.RunAsync("schema", name)).Exits(0).Json();

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.GetProperty("$schema").GetString());
    }

    [Fact]
    public async Task An_unknown_schema_is_an_error_that_lists_the_known_ones()
    {
        var result = (await _folder.Command.RunAsync("schema", "workflw")).Exits(2);

        Assert.Contains("Did you mean 'workflow'", result.Errors);
    }
}
