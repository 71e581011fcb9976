using System.Runtime.ExceptionServices;
using AgentRuntime.Runs.Plans;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>Runs one list of steps in the order of its graph: the top of a workflow, or the body of one iteration.</summary>
/// <remarks>
/// Every step whose dependencies ended is started at once; how many act together is bounded by the run's slots.
/// While a step acts, the steps that wait only for it are foreseen.
/// The first failure of a step that says <c>on_error: fail</c> cancels its running siblings and ends the list; what did not start is skipped with a reason.
/// </remarks>
internal sealed class GraphRunner(RunContext run, StepExecutor executor)
{
    /// <summary>Runs the steps and returns the error that ended the list, or <c>null</c>.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled; every step has its final event.</exception>
    public async Task<RunError?> RunAsync(ListPlan plan, StepFrame frame, CancellationToken cancellationToken)
    {
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new GraphProgress(plan.Graph);
        var running = new Dictionary<Task<StepEnd>, int>();
        RunError? fatal = null;
        ExceptionDispatchInfo? broken = null;
        while (true)
        {
            while (fatal is null && broken is null && !siblings.IsCancellationRequested && progress.TryTakeReady(out var ready))
            {
                if (progress.AllDependenciesSkipped(ready))
                {
                    await SkipAsync(plan, frame, ready, "dependency_skipped", "Every step that it depends on was skipped.");
                    progress.End(ready, StepEnd.Skipped);
                }
                else
                {
                    var beside = running.Count > 0 || progress.HasReady;
                    var next = progress.WaitingOnlyFor(ready);
                    running.Add(executor.ExecuteAsync(plan.Steps[ready], frame, beside, () => Foresee(plan, frame, next), siblings.Token), ready);
                }
            }

            if (running.Count == 0)
            {
                break;
            }

            var ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out var node);
            if (!ended.IsCompletedSuccessfully)
            {
                // A step that breaks (a journal that cannot write, a defect) takes the list down, but only after its siblings have ended.
                broken ??= ExceptionDispatchInfo.Capture(ended.Exception?.InnerException ?? new OperationCanceledException(cancellationToken));
                await siblings.CancelAsync();
                continue;
            }

            var end = await ended;
            progress.End(node, end);
            if (end.IsFailure && plan.Steps[node].Definition.OnError == OnError.Fail && fatal is null)
            {
                fatal = end.Error! with { Step = frame.PathOf(plan.Steps[node].Definition.Id).Value };
                await siblings.CancelAsync();
            }
        }

        broken?.Throw();
        await SkipRestAsync(plan, frame, progress, fatal);
        cancellationToken.ThrowIfCancellationRequested();
        return fatal;
    }

    private void Foresee(ListPlan plan, StepFrame frame, IReadOnlyList<int> next)
    {
        foreach (var node in next)
        {
            plan.Steps[node].Foresee(run, frame.PathOf(plan.Steps[node].Definition.Id));
        }
    }

    private async Task SkipRestAsync(ListPlan plan, StepFrame frame, GraphProgress progress, RunError? fatal)
    {
        var events = new List<RunEvent>();
        foreach (var node in progress.NotStarted())
        {
            var failedDependency = progress.HasFailedAncestor(node);
            var (code, reason) = fatal is null
                ? ("run_ended", "The run was cancelled before this step began.")
                : failedDependency
                    ? ("dependency_failed", $"A step that it depends on failed: {fatal.Step}.")
                    : ("run_ended", $"The step {fatal.Step} failed before this step began.");
            events.Add(Skipped(plan, frame, node, code, reason));
        }

        if (events.Count > 0)
        {
            await run.Recorder.AppendAsync(events, CancellationToken.None);
        }
    }

    private ValueTask SkipAsync(ListPlan plan, StepFrame frame, int node, string code, string reason) =>
        run.Recorder.AppendAsync([Skipped(plan, frame, node, code, reason)], CancellationToken.None);

    private StepSkipped Skipped(ListPlan plan, StepFrame frame, int node, string code, string reason) =>
        run.Recorder.Stamp(new StepSkipped(code, run.Scrubber.Scrub(new UntrustedText(reason))) { Step = frame.PathOf(plan.Steps[node].Definition.Id) });
}
