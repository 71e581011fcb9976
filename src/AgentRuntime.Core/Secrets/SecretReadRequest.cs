using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>One read of one credential, and on whose behalf, so that the store's own log can carry it.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Version">The version, or <c>null</c> for the current one.</param>
/// <param name="Context">Who reads and why.</param>
public sealed record SecretReadRequest(CredentialName Credential, CredentialVersion? Version, SecretAccessContext Context)
{
    /// <summary>The right that <see cref="IStepAccessStore.PrepareAsync"/> made for this attempt. The store owns it from here.</summary>
    public StoreAccess? Access { get; init; }
}

/// <summary>Who reads a secret and why; every part is safe to print.</summary>
public sealed record SecretAccessContext
{
    /// <summary>The person or service that started the work.</summary>
    public required string Principal { get; init; }

    /// <summary>What the read is for: <c>step</c>, <c>check</c>, <c>set</c>, <c>describe</c>, <c>scrub-index</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The workflow, when the read belongs to a run.</summary>
    public WorkflowName? Workflow { get; init; }

    /// <summary>The run.</summary>
    public RunId? Run { get; init; }

    /// <summary>The step.</summary>
    public StepPath? Step { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>The server whose tool is called; not always the server part of the credential's name, which may be shared.</summary>
    public ServerName? Server { get; init; }

    /// <summary>The scope of the tool.</summary>
    public ScopeName? Scope { get; init; }

    /// <summary>The tool.</summary>
    public ToolName? Tool { get; init; }

    /// <summary>The W3C trace id, 32 hex digits.</summary>
    public string? TraceId { get; init; }
}
