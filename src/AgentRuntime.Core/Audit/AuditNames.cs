namespace AgentRuntime.Audit;

/// <summary>The words of the JSON form for the enumerations of an audit entry.</summary>
public static class AuditNames
{
    /// <summary><c>intent</c> or <c>outcome</c>.</summary>
    public static string Of(AuditPhase phase) => phase switch
    {
        AuditPhase.Intent => "intent",
        AuditPhase.Outcome => "outcome",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    /// <summary><c>allowed</c> or <c>denied</c>.</summary>
    public static string Of(AuditDecision decision) => decision switch
    {
        AuditDecision.Allowed => "allowed",
        AuditDecision.Denied => "denied",
        _ => throw new ArgumentOutOfRangeException(nameof(decision)),
    };

    /// <summary><c>succeeded</c>, <c>failed</c>, <c>credential_rejected</c>, <c>cancelled</c> or <c>in_doubt</c>.</summary>
    public static string Of(AuditResult result) => result switch
    {
        AuditResult.Succeeded => "succeeded",
        AuditResult.Failed => "failed",
        AuditResult.CredentialRejected => "credential_rejected",
        AuditResult.Cancelled => "cancelled",
        AuditResult.InDoubt => "in_doubt",
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    internal static AuditPhase? Phase(string? text) => text switch
    {
        "intent" => AuditPhase.Intent,
        "outcome" => AuditPhase.Outcome,
        _ => null,
    };

    internal static AuditDecision? Decision(string? text) => text switch
    {
        "allowed" => AuditDecision.Allowed,
        "denied" => AuditDecision.Denied,
        _ => null,
    };

    internal static AuditResult? Result(string? text) => text switch
    {
        "succeeded" => AuditResult.Succeeded,
        "failed" => AuditResult.Failed,
        "credential_rejected" => AuditResult.CredentialRejected,
        "cancelled" => AuditResult.Cancelled,
        "in_doubt" => AuditResult.InDoubt,
        _ => null,
    };
}
