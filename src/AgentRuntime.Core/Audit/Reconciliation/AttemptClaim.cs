namespace AgentRuntime.Audit.Reconciliation;

/// <summary>What a store's token says about itself. The holder of a token cannot change it; whoever may mint tokens can write anything.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Step">The step's path.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Workflow">The workflow.</param>
/// <param name="Purpose">What the token is for, when it is not for a step: <c>set</c>, <c>describe</c>, <c>check</c>, <c>copy</c>, <c>scrub-index</c>.</param>
public sealed record AttemptClaim(string? Run, string? Step, int? Attempt, string? Workflow, string? Purpose)
{
    /// <summary>Whether it names a run.</summary>
    public bool IsOfRun => Run is not null;
}
