using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed class WorkspaceTests : IDisposable
{
    private const string Crm = """{"name":"crm","transport":{"type":"http","url":"http://127.0.0.1:7001/mcp"},"credentials":{"read":{"type":"bearer"}},"tools":{"find_customer":{"scope":"read"}}}""";
    private const string Hello = """{"name":"hello","steps":[{"id":"find","type":"mcp_call","server":"crm","tool_name":"find_customer","tool_args":{"query":"x"}}]}""";
    private const string Granted = """{"grants":[{"workflow":"hello","server":"crm","scopes":["read"]}]}""";

    private readonly string _root = Directory.CreateTempSubdirectory("ws-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Loads_every_file()
    {
        Write("agentruntime.json", "{}");
        Write("servers/crm.json", Crm);
        Write("workflows/hello.json", Hello);
        Write("grants.json", Granted);
        var load = Workspace.Load(_root);
        Assert.Empty(load.Problems);
        Assert.True(load.IsValid);
        Assert.Equal(["agentruntime.json", "servers/crm.json", "workflows/hello.json", "grants.json"], load.Files);
        Assert.Contains(new ServerName("crm"), load.Workspace.Servers.Keys);
        Assert.Single(load.Workspace.Grants.Grants);
        Assert.Single(load.Workspace.Workflows[new WorkflowName("hello")].Steps);
    }

    [Fact]
    public void Reports_the_problems_of_all_files_at_once()
    {
        Write("agentruntime.json", """{"limit":{}}""");
        Write("servers/crm.json", Crm.Replace("\"crm\"", "\"crn\""));
        Write("workflows/hello.json", Hello.Replace("\"x\"", "\"$API_KEY\""));
        Write("grants.json", Granted.Replace("hello", "helo"));
        var load = Workspace.Load(_root);
        Assert.False(load.IsValid);
        Assert.Equal(
            [("agentruntime.json", ProblemCodes.UnknownMember), ("servers/crm.json", ProblemCodes.NameMismatch), ("workflows/hello.json", ProblemCodes.EnvironmentReference), ("grants.json", ProblemCodes.UnknownWorkflow)],
            load.Problems.Select(problem => (problem.File, problem.Code)).Where(pair => pair.Code != ProblemCodes.UnknownServer));
    }

    [Theory]
    [InlineData("""{"type":"stdio","command":"node"}""", "arg", ProblemCodes.ExposedArgument)]
    [InlineData("""{"type":"http","url":"https://crm.example/mcp"}""", "query", ProblemCodes.ExposedQuery)]
    public void Warns_of_a_credential_that_others_can_see_and_stays_valid(string transport, string place, string code)
    {
        var value = place == "arg" ? "--key={value}" : "key";
        Write("agentruntime.json", "{}");
        Write("servers/crm.json", $$$"""{"name":"crm","transport":{{{transport}}},"credentials":{"read":{"type":"api_key","{{{place}}}":"{{{value}}}" } },"tools":{"find":{"scope":"read"} } }""");
        var load = Workspace.Load(_root);
        Assert.True(load.IsValid);
        var warning = Assert.Single(load.Warnings);
        Assert.Equal((code, "servers/crm.json", 1), (warning.Code, warning.File, warning.Line));
        Assert.StartsWith("/credentials/read/", warning.Pointer);
        Assert.Contains("crm/read", warning.Message);
    }

    [Fact]
    public void A_grants_file_with_a_problem_grants_nothing()
    {
        Write("agentruntime.json", "{}");
        Write("servers/crm.json", Crm);
        Write("workflows/hello.json", Hello);
        Write("grants.json", Granted.Replace("[\"read\"]", "[\"read\", \"write\"]"));
        var load = Workspace.Load(_root);
        Assert.Equal(ProblemCodes.UnknownScope, Assert.Single(load.Problems).Code);
        Assert.Empty(load.Workspace!.Grants.Grants);
        Assert.Single(load.Workspace.Servers);
    }

    [Fact]
    public void Without_grants_nothing_is_granted()
    {
        Write("agentruntime.json", "{}");
        var load = Workspace.Load(_root);
        Assert.True(load.IsValid);
        Assert.Empty(load.Workspace.Grants.Grants);
    }

    [Fact]
    public void Lists_the_exceptions_that_authors_made()
    {
        Write("agentruntime.json", "{}");
        Write("servers/crm.json", Crm);
        Write("workflows/hello.json", Hello.Replace("\"x\"", "\"$AAPL\"").Replace("\"steps\"", """ "clean_exceptions":[{"pointer":"/steps/0/tool_args/query","code":"environment_reference","reason":"A stock symbol."}],"steps" """));
        var load = Workspace.Load(_root);
        Assert.Empty(load.Problems);
        Assert.Equal("A stock symbol.", load.Workspace!.CleanExceptions["workflows/hello.json"].Single().Reason);
    }

    [Fact]
    public void Finds_the_workspace_of_a_folder_inside_it()
    {
        var inner = Directory.CreateDirectory(Path.Combine(_root, "a", "b")).FullName;
        Write("agentruntime.json", "{}");
        Assert.Equal(_root, Workspace.Find(inner));
        Assert.Equal(_root, Workspace.Find(_root));
    }

    [Fact]
    public void A_folder_without_settings_is_no_workspace()
    {
        var load = Workspace.Load(_root);
        Assert.Equal(ProblemCodes.MissingFile, Assert.Single(load.Problems).Code);
        Assert.Null(load.Workspace);
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
