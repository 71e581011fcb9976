using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentRuntime.Workflows;

namespace AgentRuntime.Core.Tests.Workflows;

public sealed class WorkflowFormatDocumentTests
{
    private static string Document => File.ReadAllText(Path.Combine(Parsing.RepositoryRoot(), "docs", "workflow-format.md"));

    [Fact]
    public void Every_example_is_a_workflow_without_problems()
    {
        var examples = Regex.Matches(Document, "```json workflow\n(?<json>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture);
        Assert.True(examples.Count >= 4);
        foreach (Match example in examples)
        {
            var json = example.Groups["json"].Value;
            var name = JsonElement.Parse(json).GetProperty("name").GetString();

            // The examples' tools are made up, so a listed server is taken for granted.
            var problems = WorkflowParser.Parse($"{name}.json", Encoding.UTF8.GetBytes(json), Parsing.Servers).Problems;
            Assert.DoesNotContain(problems, problem => problem.Code != ProblemCodes.UnknownTool);
        }
    }

    [Fact]
    public void Every_field_of_run_and_every_function_is_listed()
    {
        Assert.All(AgentRuntime.Workflows.Templates.RunFields.Names, field => Assert.Contains($"`run.{field}`", Document, StringComparison.Ordinal));
        Assert.All(AgentRuntime.Workflows.Expressions.ExpressionFunctions.Names, function => Assert.Matches($@"[ `\n]{function}[ `\n]", Document));
    }
}
