using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary>What became of one credential; holds no value.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Outcome">What was done.</param>
internal sealed record CopyResult(CredentialName Credential, CopyOutcome Outcome)
{
    /// <summary>The version that was read.</summary>
    public CredentialVersion? FromVersion { get; init; }

    /// <summary>The version in the target that holds the same value.</summary>
    public CredentialVersion? ToVersion { get; init; }

    /// <summary>Why it was not copied, or what is noteworthy.</summary>
    public string? Reason { get; init; }

    /// <summary>The kind of failure, when a store failed.</summary>
    public SecretFailureKind? Failure { get; init; }

    /// <summary>Whether both stores hold the same now, or would.</summary>
    public bool IsGood => Outcome is CopyOutcome.Copied or CopyOutcome.Same or CopyOutcome.WouldCopy;
}

/// <summary>What was done with one credential.</summary>
internal enum CopyOutcome
{
    /// <summary>Written to the target, read back and found equal.</summary>
    Copied,

    /// <summary>The target holds the same value already.</summary>
    Same,

    /// <summary>It would be copied.</summary>
    WouldCopy,

    /// <summary>The target holds something else, and it may not be overwritten.</summary>
    Differs,

    /// <summary>The source has no value.</summary>
    Missing,

    /// <summary>A store refused or failed.</summary>
    Failed,
}
