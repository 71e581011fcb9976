using System.Collections.Concurrent;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Core.Tests.Workflows;

/// <summary>Scopes and steps for tests.</summary>
internal static class Scopes
{
    public static readonly JsonElement RunValue = RunFields.Build(
        new RunId("run_1"), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), new WorkflowName("demo"), new string('a', 64), "user:maria");

    public static TemplateScope Run(string input, params (string Id, string Result)[] steps)
    {
        var data = new ConcurrentDictionary<StepId, StepData>();
        foreach (var (id, result) in steps)
        {
            data[new StepId(id)] = new StepData(JsonElement.Parse(result), JsonElement.Parse($$"""{ "given": "{{id}}" }"""));
        }

        return TemplateScope.ForRun(JsonElement.Parse(input), RunValue, data);
    }

    public static TransformStep Step(string id, params string[] dependsOn) => new()
    {
        Id = new StepId(id),
        Expression = "input",
        DependsOn = [.. dependsOn.Select(name => new StepId(name))],
        Pointer = $"/steps/{id}",
    };
}
