using AgentRuntime.Names;
using AgentRuntime.Runs;
using Microsoft.Data.Sqlite;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Reads runs and their events.</summary>
internal sealed class RunReader(SqliteReader reader, RunOwnerLock owners)
{
    private const string ListSql = """
        SELECT runs.run, runs.workflow, runs.started, runs.owner, ends.time, ends.type
        FROM runs LEFT JOIN events AS ends ON ends.position =
            (SELECT max(position) FROM events WHERE events.run = runs.run AND type IN ('run_succeeded', 'run_failed', 'run_cancelled'))
        ORDER BY runs.started DESC, runs.run DESC
        """;

    private const string EventsSql = "SELECT sequence, time, step, attempt, trace_id, payload FROM events WHERE run = $run ORDER BY sequence";

    private const string OwnerSql = "SELECT owner FROM runs WHERE run = $run";

    public IAsyncEnumerable<RunSummary> ListAsync(CancellationToken cancellationToken)
    {
        var alive = new Dictionary<string, bool>(StringComparer.Ordinal);
        return reader.QueryAsync(ListSql, [], Summary, cancellationToken);

        RunSummary Summary(SqliteDataReader row)
        {
            var owner = row.GetString(3);
            if (!alive.TryGetValue(owner, out var lives))
            {
                alive[owner] = lives = owners.IsAlive(owner);
            }

            return new RunSummary(
                new RunId(row.GetString(0)),
                new WorkflowName(row.GetString(1)),
                StoredTime.Parse(row.GetString(2)),
                row.IsDBNull(4) ? null : StoredTime.Parse(row.GetString(4)),
                row.IsDBNull(5) ? null : row.GetString(5),
                lives);
        }
    }

    public IAsyncEnumerable<RunEvent> ReadEventsAsync(RunId run, CancellationToken cancellationToken)
    {
        return reader.QueryAsync(EventsSql, [("$run", run.Value)], Event, cancellationToken);

        RunEvent Event(SqliteDataReader row)
        {
            var e = RunEventJson.Deserialize(row.GetFieldValue<byte[]>(5)) with
            {
                Run = run,
                Sequence = row.GetInt64(0),
                Time = StoredTime.Parse(row.GetString(1)),
                TraceId = row.IsDBNull(4) ? null : row.GetString(4),
            };
            return e is StepEvent step
                ? step with
                {
                    Step = row.IsDBNull(2) ? default : new StepPath(row.GetString(2)),
                    Attempt = row.IsDBNull(3) ? null : row.GetInt32(3),
                }
                : e;
        }
    }

    public async ValueTask<bool> IsOwnerAliveAsync(RunId run, CancellationToken cancellationToken)
    {
        await foreach (var owner in reader.QueryAsync(OwnerSql, [("$run", run.Value)], static row => row.GetString(0), cancellationToken))
        {
            return owners.IsAlive(owner);
        }

        return false;
    }
}
