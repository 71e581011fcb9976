using System.Diagnostics;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs.Plans;

/// <summary>A list of steps with its graph, ready to run. Indexes of both are the same.</summary>
internal sealed record ListPlan(WorkflowGraph Graph, IReadOnlyList<StepPlan> Steps)
{
    public static ListPlan Compile(WorkflowGraph graph) => new(graph, [.. graph.Nodes.Select(Compile)]);

    private static StepPlan Compile(GraphNode node) => node.Step switch
    {
        McpCallStep step => new ToolPlan(node, step),
        TransformStep step => new TransformPlan(node, step),
        WaitStep step => new WaitPlan(node, step),
        ForEachStep step => new ForEachPlan(node, step),
        _ => throw new UnreachableException($"No plan for {node.Step.GetType().Name}."),
    };
}
