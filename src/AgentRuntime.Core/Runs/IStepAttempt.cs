using AgentRuntime.Audit;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Runs;

/// <summary>One try at one step: begun durably, acts once, is settled durably, then disposed whatever happens.</summary>
internal interface IStepAttempt : IAsyncDisposable
{
    /// <summary>The credential in use, safe to print.</summary>
    string? Credential { get; }

    /// <summary>Its version, once read.</summary>
    string? CredentialVersion { get; }

    /// <summary>Acts. Expected failures are results; throws only when cancelled or broken.</summary>
    ValueTask<AttemptResult> ActAsync(CancellationToken cancellationToken);

    /// <summary>Makes the end durable: the step's event, and the audit outcome when a credential was used.</summary>
    ValueTask SettleAsync(StepEvent end, AuditResult result, ScrubbedText? reason);
}
