using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.Credentials;

/// <summary>What asking for a lease gave.</summary>
public abstract record LeaseResult
{
    private LeaseResult()
    {
    }

    /// <summary>What the intent committed; holds the request's events unless the use was denied.</summary>
    public required JournalCommit Intent { get; init; }

    /// <summary>The lease. The receiver disposes it when the attempt ends.</summary>
    public sealed record Granted(Lease Lease) : LeaseResult;

    /// <summary>Policy refused. A denied entry is in the audit log; the request's events were not written.</summary>
    /// <param name="Code"><c>denied</c> or <c>budget_exceeded</c>.</param>
    /// <param name="Message">What was missing and who can give it.</param>
    public sealed record Denied(string Code, ScrubbedText Message) : LeaseResult;

    /// <summary>The store did not give the value. The receiver settles <paramref name="Use"/>.</summary>
    /// <param name="Use">The open audit bracket.</param>
    /// <param name="Kind">What went wrong.</param>
    /// <param name="Message">What the store said.</param>
    public sealed record NotRead(CredentialUse Use, SecretFailureKind Kind, ScrubbedText Message) : LeaseResult;
}
