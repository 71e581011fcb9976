using System.Collections;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows;

/// <summary>An immutable set of steps of one graph. Thread-safe; membership costs one look-up.</summary>
public sealed class StepSet : IReadOnlyCollection<StepId>
{
    private readonly DependencyGraph _graph;
    private readonly ulong[] _bits;

    internal StepSet(DependencyGraph graph, ulong[] bits)
    {
        _graph = graph;
        _bits = bits;
        Count = DependencyGraph.Count(bits);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Whether the step is in the set.</summary>
    public bool Contains(StepId id) => _graph.IndexOf(id) is var i and >= 0 && (_bits[i >> 6] & (1UL << (i & 63))) != 0;

    /// <summary>The steps, in document order.</summary>
    public IEnumerator<StepId> GetEnumerator()
    {
        for (var i = 0; i < _graph.Ids.Count; i++)
        {
            if ((_bits[i >> 6] & (1UL << (i & 63))) != 0)
            {
                yield return _graph.Ids[i];
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
