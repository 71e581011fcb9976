using System.Text.Json.Serialization;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Runs;

/// <summary>An append-only fact about a run. The run's state is a fold of its events.</summary>
/// <remarks>
/// Free content is <see cref="ScrubbedJson"/> or <see cref="ScrubbedText"/> only, so an event cannot hold unscrubbed content.
/// The JSON form is versioned by <c>schemas/run-event.v1.json</c> and frozen by golden files.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunStarted), "run_started")]
[JsonDerivedType(typeof(StepStarted), "step_started")]
[JsonDerivedType(typeof(StepRetrying), "step_retrying")]
[JsonDerivedType(typeof(StepWaiting), "step_waiting")]
[JsonDerivedType(typeof(StepSucceeded), "step_succeeded")]
[JsonDerivedType(typeof(StepFailed), "step_failed")]
[JsonDerivedType(typeof(StepSkipped), "step_skipped")]
[JsonDerivedType(typeof(StepCancelled), "step_cancelled")]
[JsonDerivedType(typeof(StepInDoubt), "step_in_doubt")]
[JsonDerivedType(typeof(RunSucceeded), "run_succeeded")]
[JsonDerivedType(typeof(RunFailed), "run_failed")]
[JsonDerivedType(typeof(RunCancelled), "run_cancelled")]
public abstract record RunEvent
{
    /// <summary>The run.</summary>
    [JsonIgnore]
    public RunId Run { get; init; }

    /// <summary>Its place in the run, from 1, without gaps; 0 until the journal gives it.</summary>
    [JsonIgnore]
    public long Sequence { get; init; }

    /// <summary>When it happened, UTC.</summary>
    [JsonIgnore]
    public DateTimeOffset Time { get; init; }

    /// <summary>The W3C trace id of the run.</summary>
    [JsonIgnore]
    public string? TraceId { get; init; }
}

/// <summary>A fact about one step.</summary>
public abstract record StepEvent : RunEvent
{
    /// <summary>The step.</summary>
    [JsonIgnore]
    public StepPath Step { get; init; }

    /// <summary>The attempt, from 1; <c>null</c> for facts that belong to no attempt.</summary>
    [JsonIgnore]
    public int? Attempt { get; init; }
}

/// <summary>The run began.</summary>
public sealed record RunStarted(string Workflow, string WorkflowSha256, string Principal, ScrubbedJson Definition, ScrubbedJson Input) : RunEvent;

/// <summary>Every step ended well enough.</summary>
public sealed record RunSucceeded(ScrubbedJson Outputs) : RunEvent;

/// <summary>A step failed and the run with it.</summary>
public sealed record RunFailed(RunError Error) : RunEvent;

/// <summary>Somebody ended the run.</summary>
public sealed record RunCancelled(ScrubbedText Reason) : RunEvent;

/// <summary>An attempt is about to act. Durable before the effect.</summary>
/// <param name="Input">The resolved input, or a marker when it is too large to keep.</param>
/// <param name="Tool"><c>server/tool</c> for a tool call.</param>
/// <param name="Credential"><c>server/scope</c>, when one is used.</param>
/// <param name="Idempotent">Whether the step may be repeated when its outcome is unknown.</param>
public sealed record StepStarted(ScrubbedJson Input, string? Tool, string? Credential, bool Idempotent) : StepEvent;

/// <summary>An attempt failed and another will follow.</summary>
public sealed record StepRetrying(RunError Error, string? CredentialVersion, double DelayMs) : StepEvent;

/// <summary>The step waits for a time.</summary>
public sealed record StepWaiting(DateTimeOffset Until) : StepEvent;

/// <summary>The step has its result.</summary>
public sealed record StepSucceeded(ScrubbedJson Result, string? Credential, string? CredentialVersion, double DurationMs) : StepEvent;

/// <summary>The step failed for good.</summary>
public sealed record StepFailed(RunError Error, string? Credential, string? CredentialVersion, double DurationMs) : StepEvent;

/// <summary>The step was not run.</summary>
/// <param name="Code"><c>disabled</c>, <c>condition_false</c>, <c>dependency_failed</c>, <c>dependency_skipped</c> or <c>run_ended</c>.</param>
/// <param name="Reason">For people.</param>
public sealed record StepSkipped(string Code, ScrubbedText Reason) : StepEvent;

/// <summary>The step was cancelled.</summary>
/// <param name="Reason">For people.</param>
/// <param name="EffectPossible">Whether a call was under way that may have had its effect.</param>
/// <param name="Credential">The credential in use.</param>
/// <param name="CredentialVersion">Its version.</param>
public sealed record StepCancelled(ScrubbedText Reason, bool EffectPossible, string? Credential, string? CredentialVersion) : StepEvent;

/// <summary>A call that must not be repeated was under way and its outcome is unknown. A person decides.</summary>
public sealed record StepInDoubt(RunError Error, string? Credential, string? CredentialVersion, double DurationMs) : StepEvent;

/// <summary>Why something failed.</summary>
/// <param name="Code">For programs, such as <c>tool_error</c>, <c>credential_rejected</c>, <c>denied</c>, <c>timeout</c>.</param>
/// <param name="Message">For people, scrubbed.</param>
public sealed record RunError(string Code, ScrubbedText Message)
{
    /// <summary>The step that failed, when this is the run's error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }

    /// <summary>The JSON pointer into the definition, when one helps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pointer { get; init; }
}
