using System.Text.Json;
using AgentRuntime.Cli.Checks;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.Tools;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class ToolMemoryTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_server_that_puts_its_credential_into_the_name_of_a_tool_leaves_it_in_no_file()
    {
        var value = SampleKeys.NewText();

        ToolMemory.Exchange(_folder.Workspace, "crm", [Tool($"find_{value}", "{}")]);

        var swept = new LeakDetector([("crm/read", value)]).SearchTree(_folder.Root);
        Assert.Empty(swept.Leaks);
        Assert.Equal(1, swept.Files);
    }

    [Fact]
    public void A_tool_with_another_schema_than_at_the_last_check_is_named()
    {
        Assert.Empty(ToolMemory.Exchange(_folder.Workspace, "crm", [Tool("find", "{}"), Tool("update", "{}")]));

        Assert.Equal(["update"], ToolMemory.Exchange(_folder.Workspace, "crm", [Tool("find", "{}"), Tool("update", """{"type":"object"}"""), Tool("new", "{}")]));
        Assert.Empty(ToolMemory.Exchange(_folder.Workspace, "crm", [Tool("find", "{}"), Tool("update", """{"type":"object"}""")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"a":"1","a":"2"}""")]
    [InlineData("""{"a":1}""")]
    public void A_damaged_memory_is_an_empty_one(string json)
    {
        _folder.Write("tools/crm.json", json);

        Assert.Empty(ToolMemory.Exchange(_folder.Workspace, "crm", [Tool("a", "{}")]));
    }

    private static ListedTool Tool(string name, string schema) => new(name, ReadOnlyHint: null, IdempotentHint: null, JsonDocument.Parse(schema).RootElement);
}
