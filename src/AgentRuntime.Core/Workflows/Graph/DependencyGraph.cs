using System.Numerics;
using AgentRuntime.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows;

/// <summary>Who waits for whom, by index. Built also from broken lists, so that all problems can be reported at once.</summary>
internal sealed class DependencyGraph
{
    private readonly Dictionary<StepId, int> _index;

    private DependencyGraph(IReadOnlyList<StepId> ids, Dictionary<StepId, int> index, int[][] dependencies, ulong[][] ancestors)
    {
        Ids = ids;
        _index = index;
        Dependencies = dependencies;
        Ancestors = ancestors;
    }

    /// <summary>The ids in document order.</summary>
    public IReadOnlyList<StepId> Ids { get; }

    /// <summary>For each step the steps it waits for.</summary>
    public int[][] Dependencies { get; }

    /// <summary>For each step a bit set of everything that ended before it starts.</summary>
    public ulong[][] Ancestors { get; }

    /// <summary>The place of a step, or -1.</summary>
    public int IndexOf(StepId id) => _index.GetValueOrDefault(id, -1);

    /// <summary>Whether <paramref name="ancestor"/> has always ended when <paramref name="step"/> starts.</summary>
    public bool IsAncestor(int ancestor, int step) => (Ancestors[step][ancestor >> 6] & (1UL << (ancestor & 63))) != 0;

    /// <summary>Builds the graph; what does not fit is reported and left out.</summary>
    public static DependencyGraph Build(IReadOnlyList<DependencyNode> steps, ICollection<GraphProblem> problems)
    {
        var index = new Dictionary<StepId, int>(steps.Count);
        for (var i = 0; i < steps.Count; i++)
        {
            if (!index.TryAdd(steps[i].Id, i))
            {
                problems.Add(new GraphProblem(
                    ProblemCodes.DuplicateStepId,
                    $"{steps[i].Pointer}/id",
                    $"Another step already has the id {Quote(steps[i].Id)}.",
                    "Give each step of the list an id of its own."));
            }
        }

        var dependencies = new int[steps.Count][];
        for (var i = 0; i < steps.Count; i++)
        {
            dependencies[i] = Resolve(steps[i], index, problems);
        }

        return new DependencyGraph([.. steps.Select(step => step.Id)], index, dependencies, FindAncestors(steps, dependencies, problems));
    }

    private static int[] Resolve(DependencyNode step, Dictionary<StepId, int> index, ICollection<GraphProblem> problems)
    {
        var found = new List<int>(step.DependsOn.Count);
        for (var i = 0; i < step.DependsOn.Count; i++)
        {
            var (id, pointer) = step.DependsOn[i];
            if (id == step.Id)
            {
                problems.Add(new GraphProblem(ProblemCodes.SelfDependency, pointer, $"The step {Quote(step.Id)} depends on itself.", "Remove this dependency."));
            }
            else if (!index.TryGetValue(id, out var target))
            {
                problems.Add(new GraphProblem(
                    ProblemCodes.UnknownDependency,
                    pointer,
                    $"The step {Quote(step.Id)} depends on {Quote(id)}, which is no step of this list.",
                    DidYouMean.Hint(id.Value, index.Keys.Select(key => key.Value), "Name a step of the same list.")));
            }
            else if (!found.Contains(target))
            {
                found.Add(target);
            }
        }

        return [.. found];
    }

    private static ulong[][] FindAncestors(IReadOnlyList<DependencyNode> steps, int[][] dependencies, ICollection<GraphProblem> problems)
    {
        var words = (steps.Count + 63) / 64;
        var ancestors = new ulong[steps.Count][];
        var dependants = new List<int>[steps.Count];
        var open = new int[steps.Count];
        for (var i = 0; i < steps.Count; i++)
        {
            ancestors[i] = new ulong[words];
            dependants[i] = [];
            open[i] = dependencies[i].Length;
        }

        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var dependency in dependencies[i])
            {
                dependants[dependency].Add(i);
            }
        }

        var ready = new Queue<int>(Enumerable.Range(0, steps.Count).Where(i => open[i] == 0));
        var ordered = 0;
        while (ready.TryDequeue(out var i))
        {
            ordered++;
            _ = Absorb(ancestors, dependencies, i);
            foreach (var dependant in dependants[i])
            {
                if (--open[dependant] == 0)
                {
                    ready.Enqueue(dependant);
                }
            }
        }

        if (ordered < steps.Count)
        {
            var rest = Enumerable.Range(0, steps.Count).Where(i => open[i] > 0).ToArray();
            bool learned;
            do
            {
                // In a circle every step is an ancestor of the others: repeat until nothing more is learned.
                learned = false;
                foreach (var i in rest)
                {
                    learned |= Absorb(ancestors, dependencies, i);
                }
            }
            while (learned);

            ReportCycles(steps, dependencies, ancestors, rest, problems);
        }

        return ancestors;
    }

    /// <summary>Takes over what the dependencies have; true when that was something new.</summary>
    private static bool Absorb(ulong[][] ancestors, int[][] dependencies, int step)
    {
        var mine = ancestors[step];
        var changed = false;
        foreach (var dependency in dependencies[step])
        {
            for (var w = 0; w < mine.Length; w++)
            {
                var more = mine[w] | ancestors[dependency][w] | (w == dependency >> 6 ? 1UL << (dependency & 63) : 0);
                changed |= more != mine[w];
                mine[w] = more;
            }
        }

        return changed;
    }

    /// <summary>Reports each circle once, at its first step in the document, with the shortest way around.</summary>
    private static void ReportCycles(IReadOnlyList<DependencyNode> steps, int[][] dependencies, ulong[][] ancestors, int[] rest, ICollection<GraphProblem> problems)
    {
        bool Reaches(int from, int to) => (ancestors[from][to >> 6] & (1UL << (to & 63))) != 0;
        var reported = new HashSet<int>();
        foreach (var start in rest)
        {
            if (!Reaches(start, start) || !reported.Add(start))
            {
                continue;
            }

            reported.UnionWith(rest.Where(other => Reaches(start, other) && Reaches(other, start)));
            var way = ShortestCycle(dependencies, start);
            problems.Add(new GraphProblem(
                ProblemCodes.DependencyCycle,
                $"{steps[start].Pointer}/depends_on",
                $"The steps wait for each other: {string.Join(" -> ", way.Select(i => Quote(steps[i].Id)))}.",
                "Remove one of these dependencies."));
        }
    }

    private static List<int> ShortestCycle(int[][] dependencies, int start)
    {
        var from = new Dictionary<int, int>();
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out var step))
        {
            foreach (var dependency in dependencies[step])
            {
                if (dependency == start)
                {
                    List<int> way = [start];
                    for (var i = step; i != start; i = from[i])
                    {
                        way.Insert(0, i);
                    }

                    way.Insert(0, start);
                    return way;
                }

                if (from.TryAdd(dependency, step))
                {
                    queue.Enqueue(dependency);
                }
            }
        }

        return [start];
    }

    private static string Quote(StepId id) => PrintableName.Quote(id.Value, "(a name not shown)");

    /// <summary>How many steps a bit set holds.</summary>
    public static int Count(ulong[] bits) => bits.Sum(BitOperations.PopCount);
}

/// <summary>A step as far as the graph needs it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Pointer">Where it stands.</param>
/// <param name="DependsOn">What it names, each with its place.</param>
internal sealed record DependencyNode(StepId Id, string Pointer, IReadOnlyList<(StepId Id, string Pointer)> DependsOn);

/// <summary>One thing wrong with a list of steps.</summary>
/// <param name="Code">One of <see cref="ProblemCodes"/>.</param>
/// <param name="Pointer">Where.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do.</param>
public sealed record GraphProblem(string Code, string Pointer, string Message, string Fix);
