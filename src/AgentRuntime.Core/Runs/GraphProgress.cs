using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>Which steps of a graph are ready, running or ended. Not thread-safe.</summary>
internal sealed class GraphProgress
{
    private readonly WorkflowGraph _graph;
    private readonly StepEnd?[] _ends;
    private readonly int[] _open;
    private readonly bool[] _started;
    private readonly PriorityQueue<int, int> _ready = new();

    public GraphProgress(WorkflowGraph graph)
    {
        _graph = graph;
        _ends = new StepEnd?[graph.Nodes.Count];
        _started = new bool[graph.Nodes.Count];
        _open = [.. graph.Nodes.Select(node => node.Dependencies.Count)];
        foreach (var node in graph.Nodes.Where(node => node.Dependencies.Count == 0))
        {
            _ready.Enqueue(node.Index, node.Index);
        }
    }

    /// <summary>Whether there is a step to take.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>Takes the next step whose dependencies all ended, in the order of the document.</summary>
    public bool TryTakeReady(out int node)
    {
        var found = _ready.TryDequeue(out node, out _);
        if (found)
        {
            _started[node] = true;
        }

        return found;
    }

    /// <summary>A step is not worth running when nothing that it waited for ran.</summary>
    public bool AllDependenciesSkipped(int node)
    {
        var dependencies = _graph.Nodes[node].Dependencies;
        return dependencies.Count > 0 && dependencies.All(dependency => _ends[dependency.Index]?.Status == StepStatus.Skipped);
    }

    /// <summary>Takes in how a step ended.</summary>
    public void End(int node, StepEnd end)
    {
        _ends[node] = end;
        foreach (var dependant in _graph.Nodes[node].Dependants)
        {
            if (--_open[dependant.Index] == 0)
            {
                _ready.Enqueue(dependant.Index, dependant.Index);
            }
        }
    }

    /// <summary>The steps that become ready when this one ends, whatever else happens.</summary>
    public IReadOnlyList<int> WaitingOnlyFor(int node) => [.. _graph.Nodes[node].Dependants.Where(dependant => _open[dependant.Index] == 1).Select(dependant => dependant.Index)];

    /// <summary>Steps that never started, in the order of the document.</summary>
    public IEnumerable<int> NotStarted() => Enumerable.Range(0, _started.Length).Where(node => !_started[node]);

    /// <summary>Whether something that this step waits for, directly or not, failed.</summary>
    public bool HasFailedAncestor(int node) =>
        _graph.Nodes[node].Ancestors.Any(id => _ends[_graph.Find(id)!.Index] is { IsFailure: true });
}
