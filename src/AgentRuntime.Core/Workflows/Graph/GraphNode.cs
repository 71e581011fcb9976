using AgentRuntime.Names;

namespace AgentRuntime.Workflows;

/// <summary>A step in its graph. Immutable once the graph is compiled; thread-safe.</summary>
public sealed class GraphNode
{
    internal GraphNode(int index, StepDefinition step, StepSet ancestors, WorkflowGraph? body)
    {
        Index = index;
        Step = step;
        Ancestors = ancestors;
        Body = body;
    }

    /// <summary>Its place in the document, from 0.</summary>
    public int Index { get; }

    /// <summary>The definition.</summary>
    public StepDefinition Step { get; }

    /// <summary>The step's id.</summary>
    public StepId Id => Step.Id;

    /// <summary>The steps it waits for directly, each once.</summary>
    public IReadOnlyList<GraphNode> Dependencies { get; internal set; } = [];

    /// <summary>The steps that wait for it directly.</summary>
    public IReadOnlyList<GraphNode> Dependants { get; internal set; } = [];

    /// <summary>Every step that has ended before this one starts: the only ones whose results it may use.</summary>
    public StepSet Ancestors { get; }

    /// <summary>The graph of the body, for a <c>for_each</c>; else <c>null</c>.</summary>
    public WorkflowGraph? Body { get; }

    /// <inheritdoc/>
    public override string ToString() => Id.Value;
}
