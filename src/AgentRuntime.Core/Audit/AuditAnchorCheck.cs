namespace AgentRuntime.Audit;

/// <summary>What the anchor could say about the end of a chain.</summary>
/// <param name="Status">Whether there is an anchor and whether it could be used.</param>
/// <param name="Entries">How many entries the anchor vouches for; 0 without one.</param>
/// <param name="Message">For people: what was and what was not checked.</param>
public sealed record AuditAnchorCheck(AuditAnchorStatus Status, long Entries, string Message);

/// <summary>Whether the end of a chain could be checked.</summary>
public enum AuditAnchorStatus
{
    /// <summary>There is an anchor and the chain was compared with it.</summary>
    Compared,

    /// <summary>The chain has never been anchored, or the anchor was removed: a cut-off end would not be noticed.</summary>
    Missing,

    /// <summary>There is a file, but it is damaged or of another workspace: a cut-off end would not be noticed.</summary>
    Unusable,
}
