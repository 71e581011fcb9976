using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Runs;

/// <summary>One try at a step that touches nothing outside the run and uses no credential.</summary>
/// <remarks>A pure step has no effect to protect, so its start and its end become durable together.</remarks>
internal sealed class LocalAttempt : IStepAttempt
{
    private readonly RunContext _run;
    private readonly Func<CancellationToken, ValueTask<AttemptResult>> _act;
    private StepStarted? _unwritten;

    private LocalAttempt(RunContext run, StepStarted? unwritten, Func<CancellationToken, ValueTask<AttemptResult>> act)
    {
        _run = run;
        _unwritten = unwritten;
        _act = act;
    }

    public string? Credential => null;

    public string? CredentialVersion => null;

    /// <summary>Starts a pure step; nothing is written yet.</summary>
    public static LocalAttempt Pure(RunContext run, StepPath path, int attempt, ScrubbedJson input, Func<AttemptResult> act) =>
        new(run, Started(run, path, attempt, input), _ => ValueTask.FromResult(act()));

    /// <summary>Starts a step that takes its time; the start is written now.</summary>
    public static async ValueTask<LocalAttempt> LastingAsync(
        RunContext run,
        StepPath path,
        int attempt,
        ScrubbedJson input,
        IReadOnlyList<StepEvent> more,
        Func<CancellationToken, ValueTask<AttemptResult>> act,
        CancellationToken cancellationToken)
    {
        var events = new List<RunEvent> { Started(run, path, attempt, input) };
        events.AddRange(more.Select(e => run.Recorder.Stamp(e with { Step = path, Attempt = attempt })));
        await run.Recorder.AppendAsync(events, cancellationToken);
        return new LocalAttempt(run, unwritten: null, act);
    }

    public ValueTask<AttemptResult> ActAsync(CancellationToken cancellationToken) => _act(cancellationToken);

    public ValueTask SettleAsync(StepEvent end, AuditResult result, ScrubbedText? reason)
    {
        IReadOnlyList<RunEvent> events = Interlocked.Exchange(ref _unwritten, null) is { } started ? [started, end] : [end];
        return _run.Recorder.AppendAsync(events, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StepStarted Started(RunContext run, StepPath path, int attempt, ScrubbedJson input) =>
        run.Recorder.Stamp(new StepStarted(run.ForEvent(input), Tool: null, Credential: null, Idempotent: true) { Step = path, Attempt = attempt });
}
