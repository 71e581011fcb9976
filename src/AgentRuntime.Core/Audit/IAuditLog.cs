namespace AgentRuntime.Audit;

/// <summary>Reads the record of credential use. Writing is part of <see cref="AgentRuntime.Runs.IJournal"/>. Thread-safe.</summary>
public interface IAuditLog
{
    /// <summary>Entries that match, oldest first.</summary>
    IAsyncEnumerable<AuditEntry> QueryAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Recomputes the whole chain and compares it with the anchored head.</summary>
    ValueTask<AuditVerification> VerifyAsync(CancellationToken cancellationToken);
}

/// <summary>Which entries to read; <c>null</c> matches all.</summary>
public sealed record AuditQuery
{
    /// <summary>Only this run.</summary>
    public Names.RunId? Run { get; init; }

    /// <summary>Only this credential.</summary>
    public Names.CredentialName? Credential { get; init; }

    /// <summary>Only this workflow.</summary>
    public Names.WorkflowName? Workflow { get; init; }

    /// <summary>Only entries at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only the entry with this id.</summary>
    public string? Id { get; init; }
}

/// <summary>What verification found.</summary>
/// <param name="Entries">How many entries were checked.</param>
/// <param name="Head">The hash of the last entry, or 64 zeros.</param>
/// <param name="Break">The first broken entry, or <c>null</c> when the chain is whole.</param>
public sealed record AuditVerification(long Entries, string Head, AuditBreak? Break)
{
    /// <summary>What the anchored head could say about the chain's end; <c>null</c> when the log keeps no anchor.</summary>
    public AuditAnchorCheck? Anchor { get; init; }
}

/// <summary>Where and how a chain is broken.</summary>
/// <param name="Sequence">The place of the first entry that does not fit.</param>
/// <param name="Id">Its id, if it can be read.</param>
/// <param name="Kind"><c>changed</c>, <c>removed</c>, <c>reordered</c>, <c>inserted</c>, <c>truncated</c> or <c>unreadable</c>.</param>
/// <param name="Message">For people.</param>
public sealed record AuditBreak(long Sequence, string? Id, string Kind, string Message);
