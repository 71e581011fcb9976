using System.Text;
using System.Text.RegularExpressions;
using AgentRuntime.TestKit;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed partial class WorkspaceDocumentTests
{
    [Fact]
    public void Every_example_of_the_reference_is_valid()
    {
        var document = File.ReadAllText(Path.Combine(TestEnvironment.RepositoryRoot, "docs", "workspace.md"));
        var examples = Example().Matches(document).Select(match => match.Groups["json"].Value).ToList();

        Assert.Equal(4, examples.Count);
        Assert.All(examples, example => Assert.Empty(Check(example)));
    }

    private static IReadOnlyList<Problem> Check(string example)
    {
        var bytes = Encoding.UTF8.GetBytes(example);
        if (example.Contains("\"transport\"", StringComparison.Ordinal))
        {
            return ServerManifestParser.Parse("server.json", bytes, "/workspace").Problems;
        }

        return example.Contains("\"grants\"", StringComparison.Ordinal)
            ? GrantsParser.Parse("grants.json", bytes).Problems
            : SettingsParser.Parse("agentruntime.json", bytes, "/workspace").Problems;
    }

    [GeneratedRegex("```json\n(?<json>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();
}
