using System.Text.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Runs;

/// <summary>A run as it is told to a person: its state, and the truth about steps that its process left behind.</summary>
/// <param name="State">The fold of the run's events.</param>
/// <param name="Status">The state's status, or <see cref="RunStatus.Interrupted"/> when the run has no terminal event and its owner is gone.</param>
/// <param name="Steps">Every step: those of the definition in its order, each followed by the steps inside it.</param>
public sealed record RunView(RunState State, RunStatus Status, IReadOnlyList<StepView> Steps)
{
    /// <summary>The view of a run whose owner is or is not alive.</summary>
    public static RunView Of(RunState state, bool ownerAlive)
    {
        var interrupted = !ownerAlive && !HasEnded(state.Status);
        var steps = Ordered(state).Select(step => StepView.Of(step, interrupted, HasEnded(state.Status))).ToArray();
        return new RunView(state, interrupted ? RunStatus.Interrupted : state.Status, steps);
    }

    /// <summary>The status of a run at a glance.</summary>
    public static RunStatus StatusOf(RunSummary run) => run.EndedBy switch
    {
        "run_succeeded" => RunStatus.Succeeded,
        "run_failed" => RunStatus.Failed,
        "run_cancelled" => RunStatus.Cancelled,
        _ => run.OwnerAlive ? RunStatus.Running : RunStatus.Interrupted,
    };

    private static bool HasEnded(RunStatus status) => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    private static IEnumerable<StepState> Ordered(RunState state)
    {
        var byRoot = state.Steps.Values
            .GroupBy(step => RootOf(step.Path.Value), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        foreach (var id in DefinedIds(state.Definition.Element))
        {
            if (byRoot.Remove(id, out var found))
            {
                foreach (var step in InOrder(found))
                {
                    yield return step;
                }
            }
            else
            {
                yield return new StepState { Path = new StepPath(id) };
            }
        }

        foreach (var step in InOrder(byRoot.Values.SelectMany(steps => steps)))
        {
            yield return step;
        }
    }

    private static IEnumerable<StepState> InOrder(IEnumerable<StepState> steps) =>
        steps.OrderBy(step => step.Path.Value, NaturalOrder.Instance);

    private static string RootOf(string path) => path.IndexOf('[', StringComparison.Ordinal) is var loop and >= 0 ? path[..loop] : path;

    private static IEnumerable<string> DefinedIds(JsonElement definition)
    {
        if (definition.ValueKind != JsonValueKind.Object || !definition.TryGetProperty("steps", out var steps) || steps.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var step in steps.EnumerateArray())
        {
            if (step.ValueKind == JsonValueKind.Object && step.TryGetProperty("id", out var id) && id.GetString() is { } text)
            {
                yield return text;
            }
        }
    }
}
