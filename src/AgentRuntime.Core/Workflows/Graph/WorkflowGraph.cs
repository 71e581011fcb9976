using AgentRuntime.Names;

namespace AgentRuntime.Workflows;

/// <summary>The steps of one list with who waits for whom. Immutable; thread-safe; built once for each definition.</summary>
public sealed class WorkflowGraph
{
    private readonly DependencyGraph _graph;

    private WorkflowGraph(DependencyGraph graph, IReadOnlyList<GraphNode> nodes)
    {
        _graph = graph;
        Nodes = nodes;
        Leaves = [.. nodes.Where(node => node.Dependants.Count == 0)];
    }

    /// <summary>The steps in document order.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The steps that nothing depends on, in document order.</summary>
    public IReadOnlyList<GraphNode> Leaves { get; }

    /// <summary>The node of a step of this list, or <c>null</c>.</summary>
    public GraphNode? Find(StepId id) => _graph.IndexOf(id) is var i and >= 0 ? Nodes[i] : null;

    /// <summary>Builds the graph of checked steps, with the graphs of loop bodies inside.</summary>
    /// <exception cref="ArgumentException">The steps have a problem that <see cref="Check"/> reports.</exception>
    public static WorkflowGraph Compile(IReadOnlyList<StepDefinition> steps)
    {
        var problems = new List<GraphProblem>();
        var graph = DependencyGraph.Build(Describe(steps), problems);
        if (problems.Count > 0)
        {
            throw new ArgumentException($"The steps do not form a graph: {problems[0].Message}", nameof(steps));
        }

        var nodes = new GraphNode[steps.Count];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new GraphNode(i, steps[i], new StepSet(graph, graph.Ancestors[i]), steps[i] is ForEachStep loop ? Compile(loop.Body) : null);
        }

        var dependants = nodes.Select(_ => new List<GraphNode>()).ToArray();
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i].Dependencies = [.. graph.Dependencies[i].Select(dependency => nodes[dependency])];
            foreach (var dependency in graph.Dependencies[i])
            {
                dependants[dependency].Add(nodes[i]);
            }
        }

        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i].Dependants = dependants[i];
        }

        return new WorkflowGraph(graph, nodes);
    }

    /// <summary>Everything that keeps the steps, and the steps of loop bodies, from being graphs.</summary>
    public static IReadOnlyList<GraphProblem> Check(IReadOnlyList<StepDefinition> steps)
    {
        var problems = new List<GraphProblem>();
        _ = DependencyGraph.Build(Describe(steps), problems);
        foreach (var loop in steps.OfType<ForEachStep>())
        {
            problems.AddRange(Check(loop.Body));
        }

        return problems;
    }

    private static DependencyNode[] Describe(IReadOnlyList<StepDefinition> steps) =>
        [.. steps.Select(step => new DependencyNode(step.Id, step.Pointer, [.. step.DependsOn.Select((id, i) => (id, Json.JsonPointer.Append($"{step.Pointer}/depends_on", i)))]))];
}
