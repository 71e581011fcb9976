using AgentRuntime.Names;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>One use of a credential as our own audit log has it: its intent, its outcome, or both.</summary>
public sealed class RecordedUse
{
    internal RecordedUse(AuditDraft? intent, AuditDraft? outcome)
    {
        Intent = intent;
        Outcome = outcome;
    }

    /// <summary>The intent; <c>null</c> when it is older than what was read of the log.</summary>
    public AuditDraft? Intent { get; }

    /// <summary>The outcome; <c>null</c> when there is none, as after the death of the process.</summary>
    public AuditDraft? Outcome { get; internal set; }

    /// <summary>What both say alike: who, what, for which step.</summary>
    public AuditDraft Entry => Outcome ?? Intent!;

    /// <summary>The store's id of the read, if one was recorded.</summary>
    public string? StoreRequestId => Outcome?.StoreRequestId;

    /// <summary>Whether any request of the store's log was joined with it.</summary>
    internal bool IsMatched { get; set; }

    /// <summary>Whether the one request that gave it its credential was joined with it; it explains no other.</summary>
    internal bool HasOwnRead { get; set; }

    internal bool IsOf(CredentialName? credential) => credential is null || credential == Entry.Credential;
}
