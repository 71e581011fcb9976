using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Runs;

/// <summary>What is known about one step, as a fold of its events.</summary>
public sealed record StepState
{
    /// <summary>The step.</summary>
    public required StepPath Path { get; init; }

    /// <summary>Where it stands.</summary>
    public StepStatus Status { get; init; }

    /// <summary>How many attempts began.</summary>
    public int Attempts { get; init; }

    /// <summary><c>server/tool</c>, when it calls one.</summary>
    public string? Tool { get; init; }

    /// <summary>The credential of the last attempt.</summary>
    public string? Credential { get; init; }

    /// <summary>Its version.</summary>
    public string? CredentialVersion { get; init; }

    /// <summary>Whether it may be repeated when its outcome is unknown.</summary>
    public bool Idempotent { get; init; }

    /// <summary>The resolved input of the last attempt.</summary>
    public ScrubbedJson Input { get; init; }

    /// <summary>The result, once succeeded.</summary>
    public ScrubbedJson? Result { get; init; }

    /// <summary>Why it failed, waits to be tried again, or is in doubt.</summary>
    public RunError? Error { get; init; }

    /// <summary>Why it was skipped or cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
}
