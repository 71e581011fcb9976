namespace AgentRuntime.Audit;

/// <summary>One line of the hash-chained record of credential use.</summary>
/// <param name="Sequence">Its place in the chain, from 1, without gaps.</param>
/// <param name="Draft">What it says.</param>
/// <param name="PreviousHash">The hash of the entry before it; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256, lower hex, over the canonical form and <paramref name="PreviousHash"/>.</param>
public sealed record AuditEntry(long Sequence, AuditDraft Draft, string PreviousHash, string Hash);
