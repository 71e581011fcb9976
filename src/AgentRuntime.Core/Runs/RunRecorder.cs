using AgentRuntime.Names;

namespace AgentRuntime.Runs;

/// <summary>Writes one run's events and folds what became durable into its state. Thread-safe.</summary>
internal sealed class RunRecorder(RunId run, string traceId, IJournal journal, IRunObserver? observer, TimeProvider time)
{
    private readonly Lock _gate = new();
    private RunState _state = RunState.Empty;

    public RunState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public string TraceId => traceId;

    /// <summary>Gives an event its run, time and trace id.</summary>
    public T Stamp<T>(T e)
        where T : RunEvent =>
        (T)(e with { Run = run, Time = time.GetUtcNow(), TraceId = traceId });

    /// <summary>Makes events durable as one.</summary>
    public async ValueTask AppendAsync(IReadOnlyList<RunEvent> events, CancellationToken cancellationToken) =>
        Applied(await journal.CommitAsync(new JournalBatch { Run = run, Events = events }, cancellationToken));

    /// <summary>Takes in what somebody else committed for this run.</summary>
    public void Applied(JournalCommit? commit)
    {
        if (commit is null)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var e in commit.Events)
            {
                _state = _state.Apply(e);
                Tell(e);
            }
        }
    }

    private void Tell(RunEvent e)
    {
        try
        {
            observer?.OnEvent(e);
        }
        catch (Exception)
        {
            // What is durable is so whoever watches. An exception here would leave a lease open between its intent and its attempt.
        }
    }
}
