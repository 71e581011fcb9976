using AgentRuntime.Audit;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Credentials;

/// <summary>How a use ended.</summary>
/// <param name="Result">For the audit entry.</param>
/// <param name="Reason">Why, when it did not succeed.</param>
/// <param name="Event">The step's event that becomes durable together with the audit entry.</param>
public sealed record LeaseOutcome(AuditResult Result, ScrubbedText? Reason = null, RunEvent? Event = null)
{
    /// <summary>The use ended without saying how.</summary>
    public static LeaseOutcome Abandoned { get; } = new(AuditResult.InDoubt, ScrubbedText.Constant("The attempt ended without an outcome."));

    /// <summary>The value was never used: reading it was cancelled or broke off.</summary>
    internal static LeaseOutcome NotUsed(bool cancelled) => cancelled
        ? new LeaseOutcome(AuditResult.Cancelled, ScrubbedText.Constant("Cancelled before the credential was read."))
        : new LeaseOutcome(AuditResult.Failed, ScrubbedText.Constant("Reading the credential broke off."));
}
