using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Audit;

/// <summary>An audit entry before it has its place in the chain. Every text in it is a checked name or scrubbed.</summary>
public sealed record AuditDraft
{
    /// <summary>The entry's id.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Before or after the use.</summary>
    public required AuditPhase Phase { get; init; }

    /// <summary>Whether policy allowed the use.</summary>
    public required AuditDecision Decision { get; init; }

    /// <summary>The person or service on whose behalf the run runs, such as <c>user:maria</c>.</summary>
    public required string Principal { get; init; }

    /// <summary>The workflow.</summary>
    public required WorkflowName Workflow { get; init; }

    /// <summary>SHA-256 of the definition's bytes, lower hex.</summary>
    public required string WorkflowSha256 { get; init; }

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The step.</summary>
    public required StepPath Step { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The server.</summary>
    public required ServerName Server { get; init; }

    /// <summary>The tool.</summary>
    public required ToolName Tool { get; init; }

    /// <summary>The scope.</summary>
    public required ScopeName Scope { get; init; }

    /// <summary>The credential.</summary>
    public required CredentialName Credential { get; init; }

    /// <summary>The version used; known from the outcome on.</summary>
    public CredentialVersion? CredentialVersion { get; init; }

    /// <summary>The secret store's short name.</summary>
    public required string Store { get; init; }

    /// <summary>The store's own id of the read.</summary>
    public string? StoreRequestId { get; init; }

    /// <summary>The accessor of the store token.</summary>
    public string? TokenAccessor { get; init; }

    /// <summary>The W3C trace id.</summary>
    public string? TraceId { get; init; }

    /// <summary>How the use ended; <c>null</c> in an allowed intent.</summary>
    public AuditResult? Result { get; init; }

    /// <summary>Why it was denied or failed.</summary>
    public ScrubbedText? Reason { get; init; }

    /// <summary>From intent to outcome, in milliseconds.</summary>
    public double? DurationMs { get; init; }
}

/// <summary>Before or after the use of a credential.</summary>
public enum AuditPhase
{
    /// <summary>Written before the credential is fetched.</summary>
    Intent,

    /// <summary>Written after the use.</summary>
    Outcome,
}

/// <summary>What policy said.</summary>
public enum AuditDecision
{
    /// <summary>The use may happen.</summary>
    Allowed,

    /// <summary>The use was refused.</summary>
    Denied,
}

/// <summary>How a use ended.</summary>
public enum AuditResult
{
    /// <summary>The tool answered without an error.</summary>
    Succeeded,

    /// <summary>The use failed.</summary>
    Failed,

    /// <summary>The tool refused the credential.</summary>
    CredentialRejected,

    /// <summary>The step was cancelled.</summary>
    Cancelled,

    /// <summary>The call was under way and its effect is unknown.</summary>
    InDoubt,
}
