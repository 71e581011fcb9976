using System.Diagnostics;
using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs.Plans;
using AgentRuntime.Scrubbing;
using AgentRuntime.Telemetry;
using AgentRuntime.Tools;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs;

/// <summary>The one engine: executes checked workflows, event by event. A host gives it its parts; nothing in it depends on how many machines there are.</summary>
/// <remarks>Thread-safe; any number of runs at once. A run's state is the fold of its durable events.</remarks>
public sealed class RunEngine(
    IReadOnlyDictionary<ServerName, ServerManifest> servers,
    CredentialBroker broker,
    IToolCaller tools,
    IJournal journal,
    IScrubber scrubber,
    IdGenerator ids,
    TimeProvider time,
    RunEngineOptions options)
{
    /// <summary>Executes a workflow from its beginning to a final state.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="observer">Sees every durable event, or <c>null</c>.</param>
    /// <param name="cancellationToken">Ends the run as cancelled; the result says so, nothing is thrown.</param>
    /// <returns>How it ended. An input that is refused gives <see cref="RunStatus.Failed"/> with <see cref="RunState.LastSequence"/> 0: nothing was recorded.</returns>
    /// <exception cref="JournalUnavailableException">Events cannot be written; the log holds what was acknowledged.</exception>
    public async Task<RunOutcome> RunAsync(RunRequest request, IRunObserver? observer, CancellationToken cancellationToken)
    {
        using var activity = RuntimeTelemetry.Source.StartActivity("workflow.run");
        var runId = ids.NewRunId();
        activity?.SetTag("agentruntime.run.id", runId.Value).SetTag("agentruntime.workflow", request.Workflow.Name.Value);
        var traceId = (activity?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        var recorder = new RunRecorder(runId, traceId, journal, observer, time);
        using var slots = new SemaphoreSlim(options.MaxParallelSteps);
        var run = new RunContext
        {
            Run = runId,
            Workflow = request.Workflow,
            Principal = request.Principal,
            Servers = servers,
            Broker = broker,
            Tools = tools,
            Scrubber = scrubber,
            Recorder = recorder,
            Options = options,
            Time = time,
            Slots = slots,
        };
        var plan = RunPlan.Compile(request.Workflow);
        var input = scrubber.Scrub(request.Input);
        if (Refusal(run, plan, request.Input, input) is { } refused)
        {
            return Outcome(run, RunStatus.Failed, refused);
        }

        // 2
        var started = time.GetTimestamp();
        var definition = scrubber.Scrub(request.Workflow.Source);
        await recorder.AppendAsync(
            [recorder.Stamp(new RunStarted(request.Workflow.Name.Value, request.Workflow.Sha256, request.Principal, definition, input))],
            CancellationToken.None);

        // 3 to 8
        RunEvent end;
        try
        {
            end = await ExecuteAsync(run, plan, cancellationToken);
        }
        finally
        {
            await broker.EndRunAsync(runId);
        }

        // 9
        await recorder.AppendAsync([recorder.Stamp(end)], CancellationToken.None);
        var outcome = Outcome(run, recorder.State.Status, recorder.State.Error);
        RuntimeTelemetry.RunDuration.Record(time.GetElapsedTime(started).TotalSeconds, new TagList { { "status", outcome.Status.ToString() } });
        activity?.SetStatus(outcome.Error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, outcome.Error?.Code);
        return outcome;
    }

    private static async Task<RunEvent> ExecuteAsync(RunContext run, RunPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            var state = run.Recorder.State;
            var fields = RunFields.Build(run.Run, state.Started ?? default, run.Workflow.Name, run.Workflow.Sha256, run.Principal);
            var frame = StepFrame.Top(state.Input.Element, run.Scrubber.Scrub(fields).Element);
            var error = await new GraphRunner(run, new StepExecutor(run)).RunAsync(plan.Steps, frame, cancellationToken);
            if (error is not null)
            {
                return new RunFailed(error);
            }

            var outputs = plan.ResolveOutputs(frame, run);
            return outputs.Error is { } unresolved ? new RunFailed(unresolved) : new RunSucceeded(outputs.Value);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new RunCancelled(ScrubbedText.Constant("The run was cancelled."));
        }
        catch (Exception e) when (e is not JournalUnavailableException)
        {
            return new RunFailed(run.Error(RunErrorCodes.Internal, $"A defect in the runtime ended the run: {e.GetType().Name}: {e.Message}"));
        }
    }

    // A credential must not travel as input: it would be stored, shown and passed on like any other value.
    private static RunError? Refusal(RunContext run, RunPlan plan, UntrustedJson given, ScrubbedJson scrubbed)
    {
        if (!JsonElement.DeepEquals(given.Element, scrubbed.Element))
        {
            return run.Error(RunErrorCodes.InputHoldsCredential, "The input holds a credential or something of the shape of one. Give it to the secret store with 'agentruntime credentials set' and let the server's manifest attach it.");
        }

        return plan.InputViolation(scrubbed) is { } violation ? run.Error(RunErrorCodes.InputInvalid, violation, "/input_schema") : null;
    }

    private static RunOutcome Outcome(RunContext run, RunStatus status, RunError? error) => new()
    {
        Run = run.Run,
        Status = status,
        Outputs = run.Recorder.State.Outputs ?? ScrubbedJson.Null,
        State = run.Recorder.State,
        Error = error,
    };
}
