using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>Asks for one execution of a workflow.</summary>
public sealed record RunRequest
{
    /// <summary>The checked definition.</summary>
    public required WorkflowDefinition Workflow { get; init; }

    /// <summary>The input, a JSON object.</summary>
    public required UntrustedJson Input { get; init; }

    /// <summary>On whose behalf, such as <c>user:maria</c>.</summary>
    public required string Principal { get; init; }
}

/// <summary>How a run ended.</summary>
public sealed record RunOutcome
{
    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary><see cref="RunStatus.Succeeded"/>, <see cref="RunStatus.Failed"/> or <see cref="RunStatus.Cancelled"/>.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The outputs, on success.</summary>
    public required ScrubbedJson Outputs { get; init; }

    /// <summary>The state at the end, with every step.</summary>
    public required RunState State { get; init; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public RunError? Error { get; init; }
}

/// <summary>The states of a run.</summary>
public enum RunStatus
{
    /// <summary>No event yet.</summary>
    Pending,

    /// <summary>Steps run or can run.</summary>
    Running,

    /// <summary>Waits for a person or a time.</summary>
    Waiting,

    /// <summary>Held by an operator.</summary>
    Paused,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended by somebody.</summary>
    Cancelled,

    /// <summary>Not an own state of the log: the run has no terminal event and its owner is gone.</summary>
    Interrupted,
}

/// <summary>The states of a step.</summary>
public enum StepStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>An attempt is under way.</summary>
    Running,

    /// <summary>Waits for a time or between attempts.</summary>
    Waiting,

    /// <summary>Has its result.</summary>
    Succeeded,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Not run, with a reason.</summary>
    Skipped,

    /// <summary>Cancelled.</summary>
    Cancelled,

    /// <summary>Its outcome is unknown and a person decides.</summary>
    InDoubt,
}
