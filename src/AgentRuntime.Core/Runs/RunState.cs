using System.Collections.Immutable;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Runs;

/// <summary>The state of a run: a fold of its events, and nothing else.</summary>
public sealed record RunState
{
    /// <summary>Before any event.</summary>
    public static RunState Empty { get; } = new();

    /// <summary>The run.</summary>
    public RunId Run { get; init; }

    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; init; }

    /// <summary>The workflow's name.</summary>
    public string Workflow { get; init; } = string.Empty;

    /// <summary>SHA-256 of its definition.</summary>
    public string WorkflowSha256 { get; init; } = string.Empty;

    /// <summary>Who started it.</summary>
    public string Principal { get; init; } = string.Empty;

    /// <summary>The input.</summary>
    public ScrubbedJson Input { get; init; }

    /// <summary>The definition as it was at the start.</summary>
    public ScrubbedJson Definition { get; init; }

    /// <summary>The outputs, once succeeded.</summary>
    public ScrubbedJson? Outputs { get; init; }

    /// <summary>Why it failed.</summary>
    public RunError? Error { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The sequence of the last event.</summary>
    public long LastSequence { get; init; }

    /// <summary>The W3C trace id.</summary>
    public string? TraceId { get; init; }

    /// <summary>Steps that have an event, by path.</summary>
    public ImmutableDictionary<StepPath, StepState> Steps { get; init; } = ImmutableDictionary<StepPath, StepState>.Empty;

    /// <summary>Folds all events.</summary>
    public static RunState Fold(IEnumerable<RunEvent> events) => events.Aggregate(Empty, static (state, e) => state.Apply(e));

    /// <summary>The state after one more event.</summary>
    public RunState Apply(RunEvent e)
    {
        var next = e switch
        {
            RunStarted started => this with
            {
                Run = e.Run,
                Status = RunStatus.Running,
                Workflow = started.Workflow,
                WorkflowSha256 = started.WorkflowSha256,
                Principal = started.Principal,
                Input = started.Input,
                Definition = started.Definition,
                Started = e.Time,
                TraceId = e.TraceId,
            },
            RunSucceeded succeeded => this with { Status = RunStatus.Succeeded, Outputs = succeeded.Outputs, Ended = e.Time },
            RunFailed failed => this with { Status = RunStatus.Failed, Error = failed.Error, Ended = e.Time },
            RunCancelled cancelled => this with { Status = RunStatus.Cancelled, Error = new RunError("cancelled", cancelled.Reason), Ended = e.Time },
            StepEvent step => this with { Steps = Steps.SetItem(step.Step, Apply(StepOf(step.Step), step)) },
            _ => this,
        };
        // Commits of parallel steps may be taken in out of order; facts of different steps do not touch one another.
        return next with { LastSequence = Math.Max(LastSequence, e.Sequence) };
    }

    private StepState StepOf(StepPath path) => Steps.TryGetValue(path, out var step) ? step : new StepState { Path = path };

    private static StepState Apply(StepState step, StepEvent e) => e switch
    {
        StepStarted x => step with
        {
            Status = StepStatus.Running,
            Attempts = e.Attempt ?? (step.Attempts + 1),
            Tool = x.Tool,
            Credential = x.Credential,
            Idempotent = x.Idempotent,
            Input = x.Input,
            Started = step.Started ?? e.Time,
        },
        StepRetrying x => step with { Status = StepStatus.Waiting, Error = x.Error, CredentialVersion = x.CredentialVersion ?? step.CredentialVersion },
        StepWaiting => step with { Status = StepStatus.Waiting },
        StepSucceeded x => step with { Status = StepStatus.Succeeded, Result = x.Result, Credential = x.Credential, CredentialVersion = x.CredentialVersion, Error = null, Ended = e.Time },
        StepFailed x => step with { Status = StepStatus.Failed, Error = x.Error, Credential = x.Credential ?? step.Credential, CredentialVersion = x.CredentialVersion, Ended = e.Time },
        StepInDoubt x => step with { Status = StepStatus.InDoubt, Error = x.Error, Credential = x.Credential ?? step.Credential, CredentialVersion = x.CredentialVersion, Ended = e.Time },
        StepSkipped x => step with { Status = StepStatus.Skipped, Reason = x.Reason.Text, Ended = e.Time },
        StepCancelled x => step with { Status = StepStatus.Cancelled, Reason = x.Reason.Text, CredentialVersion = x.CredentialVersion, Ended = e.Time },
        _ => step,
    };
}
