using AgentRuntime.Names;
using AgentRuntime.Workflows;
using CsCheck;

namespace AgentRuntime.Core.Tests.Workflows;

public sealed class WorkflowGraphTests
{
    [Fact]
    public void Knows_dependencies_dependants_ancestors_and_leaves()
    {
        var graph = WorkflowGraph.Compile([Scopes.Step("a"), Scopes.Step("b", "a"), Scopes.Step("c", "a", "a"), Scopes.Step("d", "b", "c"), Scopes.Step("e")]);
        GraphNode Node(string id) => graph.Find(new StepId(id))!;
        Assert.Equal(["a", "b", "c", "d", "e"], graph.Nodes.Select(node => node.Id.Value));
        Assert.Equal(["a"], Node("c").Dependencies.Select(node => node.Id.Value));
        Assert.Equal(["b", "c"], Node("a").Dependants.Select(node => node.Id.Value));
        Assert.Equal(["a", "b", "c"], Node("d").Ancestors.Select(id => id.Value));
        Assert.Equal(3, Node("d").Ancestors.Count);
        Assert.False(Node("d").Ancestors.Contains(new StepId("d")));
        Assert.False(Node("d").Ancestors.Contains(new StepId("zz")));
        Assert.Equal(["d", "e"], graph.Leaves.Select(node => node.Id.Value));
        Assert.Null(graph.Find(new StepId("zz")));
    }

    [Fact]
    public void Finds_every_problem()
    {
        var problems = WorkflowGraph.Check([Scopes.Step("a", "b"), Scopes.Step("b", "a"), Scopes.Step("a"), Scopes.Step("c", "c"), Scopes.Step("alpha", "alpah")]);
        Assert.Equal(
            [ProblemCodes.DuplicateStepId, ProblemCodes.SelfDependency, ProblemCodes.UnknownDependency, ProblemCodes.DependencyCycle],
            problems.Select(problem => problem.Code));
        Assert.Contains("'a' -> 'b' -> 'a'", problems[3].Message, StringComparison.Ordinal);
        Assert.Contains("'alpha'", problems[2].Fix, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WorkflowGraph.Compile([Scopes.Step("a", "a")]));
    }

    [Fact]
    public void Ancestors_are_what_can_be_reached() => Gen.Select(Gen.Int[0, 19], Gen.Int[0, 19]).Array[0, 60].Sample(edges =>
    {
        // Edges go from later to earlier, so there is no cycle.
        var dependencies = edges.Where(edge => edge.Item1 > edge.Item2).ToLookup(edge => edge.Item1, edge => edge.Item2);
        var graph = WorkflowGraph.Compile([.. Enumerable.Range(0, 20).Select(i => Scopes.Step($"s{i}", [.. dependencies[i].Select(d => $"s{d}")]))]);
        for (var i = 0; i < 20; i++)
        {
            var reached = new SortedSet<int>();
            void Reach(int from)
            {
                foreach (var next in dependencies[from].Where(reached.Add))
                {
                    Reach(next);
                }
            }

            Reach(i);
            Assert.Equal(reached.Select(r => $"s{r}"), graph.Nodes[i].Ancestors.Select(id => id.Value));
        }
    }, iter: 200);
}
