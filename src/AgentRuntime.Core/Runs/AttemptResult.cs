using AgentRuntime.Audit;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Runs;

/// <summary>How one attempt ended, before anybody decided what that means for the step.</summary>
internal sealed record AttemptResult
{
    /// <summary>The result, already scrubbed; <c>null</c> when it failed.</summary>
    public ScrubbedJson? Value { get; init; }

    /// <summary>Why it failed.</summary>
    public RunError? Error { get; init; }

    /// <summary>Whether the outside world may have changed.</summary>
    public bool EffectPossible { get; init; }

    /// <summary>Whether the outcome is unknown: nothing answered.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>Whether trying again can help at all.</summary>
    public bool Retryable { get; init; }

    /// <summary>Whether the run or step was cancelled from outside.</summary>
    public bool Cancelled { get; init; }

    public static AttemptResult Success(ScrubbedJson value) => new() { Value = value, EffectPossible = true };

    public static AttemptResult Failure(RunError error, bool retryable = false, bool effectPossible = false, bool outcomeUnknown = false) =>
        new() { Error = error, Retryable = retryable, EffectPossible = effectPossible, OutcomeUnknown = outcomeUnknown };

    /// <summary>What the audit entry says about it.</summary>
    public AuditResult AuditResult(bool inDoubt) => this switch
    {
        { Cancelled: true } => Audit.AuditResult.Cancelled,
        { Value: not null } => Audit.AuditResult.Succeeded,
        _ when inDoubt => Audit.AuditResult.InDoubt,
        { Error.Code: RunErrorCodes.CredentialRejected } => Audit.AuditResult.CredentialRejected,
        _ => Audit.AuditResult.Failed,
    };
}
