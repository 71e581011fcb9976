using AgentRuntime.Audit;
using AgentRuntime.Names;

namespace AgentRuntime.Runs;

/// <summary>The one way to write: run events and audit entries that belong together become durable together.</summary>
/// <remarks>
/// Thread-safe. Batches become durable in the order of the calls; a batch is whole or absent. Sequence numbers of events and places in the
/// audit chain are given here, in that order. When the task completes the batch survives a power cut.
/// Throws <see cref="JournalUnavailableException"/> when nothing can be written (disk full, database locked): callers then hand out nothing.
/// </remarks>
public interface IJournal
{
    /// <summary>Appends a batch, unless its budget is used up.</summary>
    ValueTask<JournalCommit> CommitAsync(JournalBatch batch, CancellationToken cancellationToken);
}

/// <summary>Events and audit entries that are written as one.</summary>
public sealed record JournalBatch
{
    /// <summary>The run that the events belong to.</summary>
    public required RunId Run { get; init; }

    /// <summary>Events, in order; their <see cref="RunEvent.Sequence"/> is ignored and given by the journal.</summary>
    public IReadOnlyList<RunEvent> Events { get; init; } = [];

    /// <summary>An audit entry.</summary>
    public AuditDraft? Audit { get; init; }

    /// <summary>Checked in the same transaction, before anything is written.</summary>
    public BudgetCheck? Budget { get; init; }
}

/// <summary>
/// A limit on uses. A use is an allowed intent of this workflow for this credential. The batch is written only while both counts are below their limits.
/// </summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="Credential">The credential.</param>
/// <param name="UsesPerRun">At most so many in the batch's run, or <c>null</c>.</param>
/// <param name="UsesPerHour">At most so many since <paramref name="HourStart"/>, or <c>null</c>.</param>
/// <param name="HourStart">One hour before now.</param>
public sealed record BudgetCheck(WorkflowName Workflow, CredentialName Credential, int? UsesPerRun, int? UsesPerHour, DateTimeOffset HourStart);

/// <summary>What a commit gave.</summary>
/// <param name="Events">The events with their sequence numbers; empty when refused.</param>
/// <param name="Audit">The chained entry; <c>null</c> when there was none or the batch was refused.</param>
/// <param name="Refused">The budget that was used up, or <c>null</c> when the batch was written.</param>
public sealed record JournalCommit(IReadOnlyList<RunEvent> Events, AuditEntry? Audit, BudgetRefusal? Refused);

/// <summary>Which budget was used up.</summary>
/// <param name="Limit"><c>uses_per_run</c> or <c>uses_per_hour</c>.</param>
/// <param name="Allowed">The limit.</param>
/// <param name="Used">How many uses there already are.</param>
public sealed record BudgetRefusal(string Limit, int Allowed, long Used);

/// <summary>Nothing can be written. The message is for operators and holds no secret.</summary>
public sealed class JournalUnavailableException : Exception
{
    /// <summary>With what happened and what to do.</summary>
    public JournalUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the file itself is damaged: trying again cannot help.</summary>
    public bool IsDamaged { get; init; }
}
