using System.Diagnostics;
using AgentRuntime.Audit;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.Tools;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>One try at a tool call: lines 3 to 8 of the main job. The numbers are those of <c>StepExecutor</c>.</summary>
internal sealed class ToolAttempt : IStepAttempt
{
    private readonly RunContext _run;
    private readonly ToolCall _call;
    private readonly Lease? _lease;
    private readonly CredentialUse? _failedUse;
    private readonly AttemptResult? _notBegun;

    private ToolAttempt(RunContext run, ToolCall call, string? credential, Lease? lease, CredentialUse? failedUse, AttemptResult? notBegun)
    {
        _run = run;
        _call = call;
        _lease = lease;
        _failedUse = failedUse;
        _notBegun = notBegun;
        Credential = credential;
    }

    public string? Credential { get; }

    public string? CredentialVersion => _lease?.Reference.Version.Value;

    public static bool IsIdempotent(RunContext run, McpCallStep step) =>
        step.Idempotent ?? run.Servers[step.Server].Tools[step.Tool].Idempotent ?? false;

    public static async ValueTask<ToolAttempt> BeginAsync(RunContext run, McpCallStep step, StepPath path, int attempt, ScrubbedJson input, CancellationToken cancellationToken)
    {
        var server = run.Servers[step.Server];
        var scope = server.Tools[step.Tool].Scope;
        var credential = scope is { } name ? server.CredentialFor(name).ToString() : null;
        var call = new ToolCall
        {
            Server = server,
            Tool = step.Tool,
            Arguments = input.Element,
            Lease = null,
            MaxResultBytes = run.Options.MaxResultBytes,
            IdempotencyKey = $"{run.Run}/{path}",
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
        };
        var started = run.Recorder.Stamp(new StepStarted(run.ForEvent(input), $"{server.Name}/{step.Tool}", credential, IsIdempotent(run, step)) { Step = path, Attempt = attempt });
        if (credential is null)
        {
            await run.Recorder.AppendAsync([started], cancellationToken); // 3
            return new ToolAttempt(run, call, credential: null, lease: null, failedUse: null, notBegun: null);
        }

        // 3 + 4: the event and the audit intent become durable together, then the store is read
        var request = RequestFor(run, step, path, attempt, [started]);
        var result = await run.Broker.LeaseAsync(request, cancellationToken);
        run.Recorder.Applied(result.Intent);
        return result switch
        {
            LeaseResult.Granted granted => new ToolAttempt(run, call with { Lease = granted.Lease }, credential, granted.Lease, failedUse: null, notBegun: null),
            LeaseResult.Denied denied => new ToolAttempt(run, call, credential, lease: null, failedUse: null, AttemptResult.Failure(new RunError(denied.Code, denied.Message))),
            LeaseResult.NotRead notRead => new ToolAttempt(run, call, credential, lease: null, notRead.Use, NotRead(run, credential, notRead)),
            _ => throw new UnreachableException(),
        };
    }

    public static LeaseRequest RequestFor(RunContext run, McpCallStep step, StepPath path, int attempt, IReadOnlyList<RunEvent> events) => new()
    {
        Principal = run.Principal,
        Workflow = run.Workflow.Name,
        WorkflowSha256 = run.Workflow.Sha256,
        Run = run.Run,
        Step = path,
        Attempt = attempt,
        Server = run.Servers[step.Server],
        Tool = step.Tool,
        TraceId = run.Recorder.TraceId,
        Events = events,
    };

    public async ValueTask<AttemptResult> ActAsync(CancellationToken cancellationToken)
    {
        if (_notBegun is not null)
        {
            return _notBegun;
        }

        var outcome = await _run.Tools.CallAsync(_call, cancellationToken); // 5
        return outcome switch // 6: what leaves this method is scrubbed
        {
            ToolOutcome.Succeeded succeeded => AttemptResult.Success(_run.Scrubber.Scrub(succeeded.Result)),
            ToolOutcome.Failed failed => FailureOf(failed),
            _ => throw new UnreachableException(),
        };
    }

    public async ValueTask SettleAsync(StepEvent end, AuditResult result, ScrubbedText? reason)
    {
        var use = _failedUse;
        if (_lease is not null)
        {
            _run.Recorder.Applied(await _lease.SettleAsync(new LeaseOutcome(result, reason, end))); // 7
        }
        else if (use is not null)
        {
            _run.Recorder.Applied(await use.SettleAsync(new LeaseOutcome(result, reason, end)));
        }
        else
        {
            await _run.Recorder.AppendAsync([end], CancellationToken.None);
        }
    }

    // 8
    public async ValueTask DisposeAsync()
    {
        if (_lease is not null)
        {
            await _lease.DisposeAsync();
        }

        if (_failedUse is not null)
        {
            await _failedUse.DisposeAsync();
        }
    }

    private static AttemptResult NotRead(RunContext run, string credential, LeaseResult.NotRead notRead)
    {
        var code = notRead.Kind switch
        {
            SecretFailureKind.Unavailable or SecretFailureKind.Throttled => RunErrorCodes.SecretUnavailable,
            SecretFailureKind.Denied => RunErrorCodes.SecretDenied,
            SecretFailureKind.Integrity => RunErrorCodes.SecretIntegrity,
            _ => RunErrorCodes.SecretNotReadable,
        };
        var error = run.Error(code, $"The credential {credential} could not be read: {notRead.Message.Text}");
        return AttemptResult.Failure(error, retryable: code == RunErrorCodes.SecretUnavailable);
    }

    private AttemptResult FailureOf(ToolOutcome.Failed failed)
    {
        var message = _run.Scrubber.Scrub(failed.Message);
        var (code, unknown, retryable) = failed.Kind switch
        {
            ToolFailureKind.ToolError => (RunErrorCodes.ToolError, false, true),
            ToolFailureKind.CredentialRejected => (RunErrorCodes.CredentialRejected, false, true),
            ToolFailureKind.Unavailable => (RunErrorCodes.Unavailable, true, true),
            ToolFailureKind.RateLimited => (RunErrorCodes.RateLimited, false, true),
            ToolFailureKind.ConnectionLost => (RunErrorCodes.ConnectionLost, true, true),
            ToolFailureKind.ProtocolError => (RunErrorCodes.ProtocolError, true, true),
            ToolFailureKind.ResultTooLarge => (RunErrorCodes.ResultTooLarge, false, false),
            ToolFailureKind.UnknownTool => (RunErrorCodes.UnknownTool, false, false),
            _ => throw new UnreachableException(),
        };
        var error = new RunError(code, message);
        return AttemptResult.Failure(error, retryable, failed.EffectPossible, unknown && failed.EffectPossible);
    }
}
