using System.Text;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Core.Tests.Workflows;

/// <summary>Parses definitions against two servers.</summary>
internal static class Parsing
{
    public static readonly IReadOnlyDictionary<ServerName, ServerManifest> Servers = new[]
    {
        Manifest("crm", "http://127.0.0.1:7001/mcp", "find_customer", "update_customer"),
        Manifest("email", "http://127.0.0.1:7002/mcp", "send_email"),
        Manifest("twin_a", "http://127.0.0.1:7003/mcp", "x"),
        Manifest("twin_b", "http://127.0.0.1:7003/mcp", "x"),
    }.ToDictionary(manifest => manifest.Name);

    public static Checked<WorkflowDefinition> Parse(string json, string file = "workflows/demo.json") =>
        WorkflowParser.Parse(file, Encoding.UTF8.GetBytes(json), Servers);

    public static Checked<WorkflowDefinition> ParseSteps(string steps, string more = "") =>
        Parse($$"""{ "name": "demo", "steps": [{{steps}}]{{more}} }""");

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgentRuntime.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder.FullName;
    }

    private static ServerManifest Manifest(string name, string url, params string[] tools) => new(
        new ServerName(name),
        new ServerTransport.Http(new Uri(url)),
        new Dictionary<ScopeName, CredentialSpec>(),
        tools.ToDictionary(tool => new ToolName(tool), _ => new ToolSpec(null, null)));
}
