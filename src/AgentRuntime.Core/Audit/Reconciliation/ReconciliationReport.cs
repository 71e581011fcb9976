namespace AgentRuntime.Audit.Reconciliation;

/// <summary>What comparing a store's log with our own gave. Every list is in the order of the logs.</summary>
public sealed record ReconciliationReport
{
    /// <summary>Requests that belong to a use in our log.</summary>
    public required IReadOnlyList<MatchedRead> Matched { get; init; }

    /// <summary>Values that left the store without a use in our log: somebody read the credential another way.</summary>
    public required IReadOnlyList<JudgedRead> Unexplained { get; init; }

    /// <summary>Requests with the token of an attempt after it was revoked, or after the use had ended.</summary>
    public required IReadOnlyList<JudgedRead> AfterRevocation { get; init; }

    /// <summary>Allowed uses of the time that the store's log covers, without a request in it.</summary>
    public required IReadOnlyList<UnreadIntent> IntentsWithoutRead { get; init; }

    /// <summary>Requests by the runtime for other purposes than a step, as their token says.</summary>
    public required IReadOnlyList<StoreReadRecord> OutsideRuns { get; init; }

    /// <summary>Requests that no use in our log explains and that gave nobody a value.</summary>
    public required IReadOnlyList<JudgedRead> WithoutValue { get; init; }

    /// <summary>The greatest difference of the clocks that was seen beyond the tolerance; <c>null</c> when there was none.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>Whether every value that left the store is explained.</summary>
    public bool IsExplained => Unexplained.Count == 0 && AfterRevocation.Count == 0;
}

/// <summary>A request that belongs to a use.</summary>
/// <param name="Read">As the store's log tells it.</param>
/// <param name="Use">As our log tells it.</param>
/// <param name="By">What joined the two.</param>
public sealed record MatchedRead(StoreReadRecord Read, RecordedUse Use, JoinedBy By);

/// <summary>A request that stands out.</summary>
/// <param name="Read">As the store's log tells it.</param>
/// <param name="Use">The use in our log that it comes closest to, if any.</param>
/// <param name="Reason">Why, for programs, such as <c>not_recorded</c>.</param>
/// <param name="Message">Why, for people.</param>
public sealed record JudgedRead(StoreReadRecord Read, RecordedUse? Use, string Reason, string Message);

/// <summary>A use without a request.</summary>
/// <param name="Use">As our log tells it.</param>
/// <param name="Reason">Why, for programs: <c>no_outcome</c>, <c>no_request_id</c> or <c>not_in_log</c>.</param>
/// <param name="Message">Why, for people.</param>
public sealed record UnreadIntent(RecordedUse Use, string Reason, string Message);

/// <summary>What joined a request with a use.</summary>
public enum JoinedBy
{
    /// <summary>The store's own id of the request.</summary>
    RequestId,

    /// <summary>The token that was made for the attempt: its metadata or its accessor.</summary>
    Token,

    /// <summary>The correlation id that the runtime sent.</summary>
    CorrelationId,

    /// <summary>The name of the role session.</summary>
    Session,
}
