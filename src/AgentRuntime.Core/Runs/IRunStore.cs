using AgentRuntime.Names;

namespace AgentRuntime.Runs;

/// <summary>Reads runs. Writing is <see cref="IJournal"/>. Thread-safe.</summary>
public interface IRunStore
{
    /// <summary>Runs, newest first.</summary>
    IAsyncEnumerable<RunSummary> ListAsync(CancellationToken cancellationToken);

    /// <summary>The events of a run in sequence; none when there is no such run.</summary>
    IAsyncEnumerable<RunEvent> ReadEventsAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Whether the process that owns the run still lives. False for a run without a terminal event means: interrupted.</summary>
    ValueTask<bool> IsOwnerAliveAsync(RunId run, CancellationToken cancellationToken);
}

/// <summary>A run at a glance.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Workflow">Its workflow.</param>
/// <param name="Started">When it started.</param>
/// <param name="Ended">When it ended, or <c>null</c>.</param>
/// <param name="EndedBy">The terminal event, or <c>null</c>.</param>
/// <param name="OwnerAlive">Whether the owning process lives.</param>
public sealed record RunSummary(RunId Run, WorkflowName Workflow, DateTimeOffset Started, DateTimeOffset? Ended, string? EndedBy, bool OwnerAlive);
