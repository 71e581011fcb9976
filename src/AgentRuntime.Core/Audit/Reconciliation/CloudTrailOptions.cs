namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Where the credentials lie in AWS Secrets Manager.</summary>
public sealed record CloudTrailOptions
{
    /// <summary>What the names of secrets begin with, without a slash at its ends; empty for none. Default <c>agentruntime</c>.</summary>
    public string Prefix { get; init; } = "agentruntime";

    /// <summary>Names of other secrets whose use is judged too. Default none.</summary>
    public IReadOnlyCollection<string> Names { get; init; } = [];

    /// <summary>ARNs of users and roles that are the runtime's own. Default none.</summary>
    public IReadOnlyCollection<string> RuntimeIdentities { get; init; } = [];

    /// <summary>The greatest length of one event in bytes. Default 16 MiB.</summary>
    public int EntryLimit { get; init; } = StoreLogReader.DefaultEntryLimit;
}
