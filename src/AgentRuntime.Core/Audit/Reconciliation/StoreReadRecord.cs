using AgentRuntime.Names;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>One request for a value, as the log of a secret store tells it. Never holds a value, whatever the log holds.</summary>
/// <remarks>Every text comes from the store's log and may have been chosen by whoever made the request: it is bounded, and printed through the scrubbed output only.</remarks>
public sealed record StoreReadRecord
{
    /// <summary>When the store says that it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How coarse <see cref="Time"/> is: the request happened at or after it and before it plus this. Default zero.</summary>
    public TimeSpan Precision { get; init; }

    /// <summary>The store's word: <c>vault</c>, <c>aws</c> or <c>azure</c>.</summary>
    public required string Store { get; init; }

    /// <summary>The place that was asked for: a path, the name of a secret, or a URL.</summary>
    public required string Path { get; init; }

    /// <summary>The credential whose place that is; <c>null</c> when it is another place.</summary>
    public CredentialName? Credential { get; init; }

    /// <summary>Whether it only goes with the read of a credential and gives none itself: a decryption, a look at metadata. Default <c>false</c>.</summary>
    public bool IsBeside { get; init; }

    /// <summary>What the store answered.</summary>
    public required StoreReadOutcome Outcome { get; init; }

    /// <summary>The store's own id of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>The id that the client gave to its request, for stores whose log carries one. Anybody who may read can choose it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Who asked, as the store names the identity.</summary>
    public string? Actor { get; init; }

    /// <summary>From where.</summary>
    public string? Address { get; init; }

    /// <summary>The accessor of the token, as it stands in the log; most vaults hash it there.</summary>
    public string? TokenAccessor { get; init; }

    /// <summary>The name of the role session, for stores with sessions.</summary>
    public string? Session { get; init; }

    /// <summary>What the identity says of itself, for stores whose tokens carry metadata.</summary>
    public AttemptClaim? Claim { get; init; }

    /// <summary>Whether the identity is one that was named as the runtime's own, with nothing that claims a run. Default <c>false</c>.</summary>
    public bool IsOfRuntime { get; init; }

    /// <summary>When the token had been revoked, if that was before this request.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The file of the log, as it was named to the reader.</summary>
    public string? File { get; init; }

    /// <summary>The line of the file, from 1.</summary>
    public long Line { get; init; }
}

/// <summary>What a store answered to a request for a value.</summary>
public enum StoreReadOutcome
{
    /// <summary>The value left the store.</summary>
    Read,

    /// <summary>The store refused or failed; no value left it.</summary>
    Refused,

    /// <summary>There was no value at that place.</summary>
    Nothing,

    /// <summary>The log holds the request and no answer: the log ends before it, or the answer is in the next file.</summary>
    Unanswered,
}
