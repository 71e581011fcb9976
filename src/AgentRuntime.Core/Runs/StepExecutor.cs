using System.Diagnostics;
using AgentRuntime.Names;
using AgentRuntime.Runs.Plans;
using AgentRuntime.Scrubbing;
using AgentRuntime.Telemetry;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>Takes one step from ready to ended. This is the main job of the product, in one straight line.</summary>
/// <remarks>
/// <list type="number">
/// <item>parse and check the definition (<c>WorkflowParser</c>, before any run);</item>
/// <item>append <see cref="RunStarted"/> (<see cref="RunEngine"/>);</item>
/// <item>for each attempt, append <see cref="StepStarted"/>: intent before effect;</item>
/// <item>lease the credential: grant and budget, audit intent in the same commit as 3 (fail closed), secret store, scrubber, lease (<see cref="Credentials.CredentialBroker"/>);</item>
/// <item>call the tool; the value is revealed only inside the transport that attaches it;</item>
/// <item>scrub the result before anything stores, logs or returns it;</item>
/// <item>commit the audit outcome together with <see cref="StepSucceeded"/>, <see cref="StepFailed"/>, <see cref="StepRetrying"/>, <see cref="StepInDoubt"/> or <see cref="StepCancelled"/>;</item>
/// <item>dispose the lease, whatever happened;</item>
/// <item>append <see cref="RunSucceeded"/> or <see cref="RunFailed"/> (<see cref="RunEngine"/>).</item>
/// </list>
/// Every attempt of a tool call makes exactly two commits: 3 with the intent of 4, and 7.
/// </remarks>
internal sealed class StepExecutor(RunContext run)
{
    /// <summary>Executes a step and returns how it ended; cancellation is an end, not an exception.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="frame">The list that it stands in.</param>
    /// <param name="beside">Whether other steps of the list are to go on meanwhile: then this one leaves the caller's thread to them at once.</param>
    /// <param name="acting">Called when an attempt begins to act, which is when others can make ready.</param>
    /// <param name="cancellationToken">Ends the step as cancelled.</param>
    public async Task<StepEnd> ExecuteAsync(StepPlan plan, StepFrame frame, bool beside, Action acting, CancellationToken cancellationToken)
    {
        if (beside)
        {
            await Task.Yield();
        }

        var path = frame.PathOf(plan.Definition.Id);
        if (run.Recorder.State.Steps.TryGetValue(path, out var known) && known is { Status: StepStatus.Succeeded, Result: { } result })
        {
            // An iteration that is tried again keeps what its steps already did.
            frame.SetResult(plan.Definition.Id, result);
            return StepEnd.Succeeded;
        }

        if (!plan.Definition.Enabled)
        {
            return await SkipAsync(path, "disabled", "The step says enabled: false.");
        }

        var condition = plan.EvaluateCondition(frame, run);
        if (condition.Error is { } error)
        {
            return await FailWithoutAttemptAsync(path, error);
        }

        if (!condition.Value)
        {
            return await SkipAsync(path, "condition_false", "Its condition is false.");
        }

        var end = await AttemptsAsync(plan, frame, path, known?.Attempts ?? 0, acting, cancellationToken);
        RuntimeTelemetry.Steps.Add(1, new TagList { { "status", end.Status.ToString() }, { "type", plan.TypeName } });
        return end;
    }

    private async Task<StepEnd> AttemptsAsync(StepPlan plan, StepFrame frame, StepPath path, int earlier, Action acting, CancellationToken cancellationToken)
    {
        var refetched = false;
        for (var attempt = 1; ; attempt++)
        {
            var (verdict, error) = await AttemptAsync(plan, frame, path, earlier + attempt, attempt - (refetched ? 1 : 0), refetched, acting, cancellationToken);
            switch (verdict.Kind)
            {
                case StepVerdictKind.Retry:
                    refetched |= error is { Code: RunErrorCodes.CredentialRejected };
                    if (!await WaitAsync(verdict.Delay, cancellationToken))
                    {
                        return await CancelAsync(path, earlier + attempt);
                    }

                    break;
                case StepVerdictKind.Succeeded:
                    return StepEnd.Succeeded;
                case StepVerdictKind.Cancelled:
                    return StepEnd.Cancelled;
                default:
                    return new StepEnd(verdict.Kind == StepVerdictKind.InDoubt ? StepStatus.InDoubt : StepStatus.Failed, error);
            }
        }
    }

    private async Task<(StepVerdict Verdict, RunError? Error)> AttemptAsync(
        StepPlan plan, StepFrame frame, StepPath path, int attempt, int counted, bool refetched, Action acting, CancellationToken cancellationToken)
    {
        var input = plan.ResolveInput(frame, run);
        if (input.Error is { } unresolved)
        {
            await FailWithoutAttemptAsync(path, unresolved);
            return (new StepVerdict(StepVerdictKind.Failed, default), unresolved);
        }

        frame.SetInput(plan.Definition.Id, input.Value);
        using var activity = RuntimeTelemetry.Source.StartActivity("workflow.step");
        activity?.SetTag("agentruntime.step.id", path.Value).SetTag("agentruntime.step.type", plan.TypeName).SetTag("agentruntime.step.attempt", attempt);
        IStepAttempt? begun = null;
        var slotTaken = false;
        try
        {
            if (plan.TakesSlot)
            {
                await run.Slots.WaitAsync(cancellationToken);
                slotTaken = true;
            }

            var timeout = plan.Definition.Timeout ?? plan.DefaultTimeout(run.Options);
            using var deadline = new CancellationTokenSource(timeout, run.Time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            var started = run.Time.GetTimestamp();
            AttemptResult result;
            try
            {
                begun = await plan.BeginAsync(frame, run, path, attempt, input.Value, stop.Token); // 3, 4
                acting();
                result = CheckOutput(plan, await begun.ActAsync(stop.Token)); // 5, 6
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                result = cancellationToken.IsCancellationRequested
                    ? new AttemptResult { Cancelled = true, EffectPossible = begun is not null && plan.HasEffect }
                    : TimedOut(plan, timeout, acting: begun is not null);
            }
            catch (Exception e) when (e is not JournalUnavailableException and not OperationCanceledException)
            {
                // A defect ends the step truthfully: what had begun may have acted.
                var acted = begun is not null && plan.HasEffect;
                result = AttemptResult.Failure(run.Error(RunErrorCodes.Internal, $"A defect in the runtime ended the attempt: {e.GetType().Name}: {e.Message}"), effectPossible: acted, outcomeUnknown: acted);
            }

            var elapsed = run.Time.GetElapsedTime(started);
            var verdict = StepVerdict.Judge(result, plan.Definition.Retry, plan.IsIdempotent(run), counted, refetched, run.Options.Jitter);
            var end = EndEvent(path, attempt, result, verdict, begun, Math.Round(elapsed.TotalMilliseconds, 3));
            if (result.Value is { } value)
            {
                frame.SetResult(plan.Definition.Id, value);
            }

            if (begun is null)
            {
                await run.Recorder.AppendAsync([end], CancellationToken.None);
            }
            else
            {
                await begun.SettleAsync(end, result.AuditResult(verdict.Kind == StepVerdictKind.InDoubt), result.Error?.Message); // 7
            }

            RuntimeTelemetry.AttemptDuration.Record(elapsed.TotalSeconds, new TagList { { "type", plan.TypeName } });
            activity?.SetStatus(result.Error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, result.Error?.Code);
            return (verdict, result.Error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && begun is null)
        {
            await CancelAsync(path, attempt: null);
            return (new StepVerdict(StepVerdictKind.Cancelled, default), null);
        }
        finally
        {
            if (begun is not null)
            {
                await begun.DisposeAsync(); // 8
            }

            if (slotTaken)
            {
                run.Slots.Release();
            }
        }
    }

    private StepEvent EndEvent(StepPath path, int attempt, AttemptResult result, StepVerdict verdict, IStepAttempt? begun, double durationMs)
    {
        var credential = begun?.Credential;
        var version = begun?.CredentialVersion;
        StepEvent end = verdict.Kind switch
        {
            StepVerdictKind.Succeeded => new StepSucceeded(result.Value ?? ScrubbedJson.Null, credential, version, durationMs),
            StepVerdictKind.Retry => new StepRetrying(result.Error!, version, Math.Round(verdict.Delay.TotalMilliseconds, 3)),
            StepVerdictKind.InDoubt => new StepInDoubt(result.Error!, credential, version, durationMs),
            StepVerdictKind.Cancelled => new StepCancelled(ScrubbedText.Constant("The run or a failed sibling ended it."), result.EffectPossible, credential, version),
            _ => new StepFailed(result.Error!, credential, version, durationMs),
        };
        return run.Recorder.Stamp(end with { Step = path, Attempt = attempt });
    }

    private AttemptResult CheckOutput(StepPlan plan, AttemptResult result)
    {
        if (result.Value is not { } value || plan.OutputViolation(value) is not { } violation)
        {
            return result;
        }

        var error = run.Error(RunErrorCodes.OutputInvalid, violation, plan.Definition.Pointer);
        return AttemptResult.Failure(error, retryable: plan.IsIdempotent(run), effectPossible: plan.HasEffect);
    }

    private AttemptResult TimedOut(StepPlan plan, TimeSpan timeout, bool acting)
    {
        var message = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The attempt took longer than {timeout.TotalSeconds:0.###} s (timeout_s).");
        var effect = acting && plan.HasEffect;
        return AttemptResult.Failure(run.Error(RunErrorCodes.Timeout, message, plan.Definition.Pointer), retryable: true, effectPossible: effect, outcomeUnknown: effect);
    }

    private async ValueTask<StepEnd> SkipAsync(StepPath path, string code, [System.Diagnostics.CodeAnalysis.ConstantExpected] string reason)
    {
        await run.Recorder.AppendAsync([run.Recorder.Stamp(new StepSkipped(code, ScrubbedText.Constant(reason)) { Step = path })], CancellationToken.None);
        return StepEnd.Skipped;
    }

    private async ValueTask<StepEnd> FailWithoutAttemptAsync(StepPath path, RunError error)
    {
        await run.Recorder.AppendAsync([run.Recorder.Stamp(new StepFailed(error, Credential: null, CredentialVersion: null, DurationMs: 0) { Step = path })], CancellationToken.None);
        return new StepEnd(StepStatus.Failed, error);
    }

    private async ValueTask<StepEnd> CancelAsync(StepPath path, int? attempt)
    {
        var cancelled = new StepCancelled(ScrubbedText.Constant("The run or a failed sibling ended it."), EffectPossible: false, Credential: null, CredentialVersion: null) { Step = path, Attempt = attempt };
        await run.Recorder.AppendAsync([run.Recorder.Stamp(cancelled)], CancellationToken.None);
        return StepEnd.Cancelled;
    }

    private async ValueTask<bool> WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, run.Time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
