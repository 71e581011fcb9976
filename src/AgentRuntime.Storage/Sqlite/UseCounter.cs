using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Counts uses of credentials and compares them with budgets, exactly, in time that does not grow with the uses. In the writer's transaction.</summary>
internal sealed class UseCounter
{
    private const int MinuteLength = 16;
    private readonly SqliteStatement _inRun;
    private readonly SqliteStatement _inMinutes;
    private readonly SqliteStatement _inPartOfMinute;
    private readonly SqliteStatement _countInRun;
    private readonly SqliteStatement _countInMinute;

    public UseCounter(Func<string, SqliteStatement> prepare)
    {
        _inRun = prepare("SELECT coalesce(sum(uses), 0) FROM uses_by_run WHERE run = ?1 AND workflow = ?2 AND credential = ?3");
        _inMinutes = prepare("SELECT coalesce(sum(uses), 0) FROM uses_by_minute WHERE workflow = ?1 AND credential = ?2 AND minute >= ?3");
        _inPartOfMinute = prepare("SELECT count(*) FROM audit WHERE workflow = ?1 AND credential = ?2 AND phase = 'intent' AND decision = 'allowed' AND time >= ?3 AND time < ?4");
        _countInRun = prepare("INSERT INTO uses_by_run VALUES (?1, ?2, ?3, 1) ON CONFLICT DO UPDATE SET uses = uses + 1");
        _countInMinute = prepare("INSERT INTO uses_by_minute VALUES (?1, ?2, ?3, 1) ON CONFLICT DO UPDATE SET uses = uses + 1");
    }

    /// <summary>Which limit is used up, or <c>null</c>.</summary>
    public BudgetRefusal? RefusalOf(BudgetCheck budget, RunId run)
    {
        var workflow = budget.Workflow.Value;
        var credential = budget.Credential.ToString();
        if (budget.UsesPerRun is { } perRun && _inRun.Bind(1, run.Value).Bind(2, workflow).Bind(3, credential).Single() is var inRun && inRun >= perRun)
        {
            return new BudgetRefusal("uses_per_run", perRun, inRun);
        }

        return budget.UsesPerHour is { } perHour && UsesSince(workflow, credential, StoredTime.Format(budget.HourStart), perHour) is var inHour && inHour >= perHour
            ? new BudgetRefusal("uses_per_hour", perHour, inHour)
            : null;
    }

    /// <summary>Counts an entry that was just appended, if it is a use.</summary>
    public void Count(AuditDraft entry)
    {
        if (entry is not { Phase: AuditPhase.Intent, Decision: AuditDecision.Allowed })
        {
            return;
        }

        var workflow = entry.Workflow.Value;
        var credential = entry.Credential.ToString();
        _countInRun.Bind(1, entry.Run.Value).Bind(2, workflow).Bind(3, credential).Run();
        _countInMinute.Bind(1, workflow).Bind(2, credential).Bind(3, StoredTime.Format(entry.Time)[..MinuteLength]).Run();
    }

    /// <summary>The exact number when it may reach the limit, else a number below the limit that is not smaller than the exact one.</summary>
    private long UsesSince(string workflow, string credential, string since, int limit)
    {
        // The first minute counts whole here, although a part of it is over an hour ago: whoever is below the limit even so is below it.
        var minute = since[..MinuteLength];
        var atMost = _inMinutes.Bind(1, workflow).Bind(2, credential).Bind(3, minute).Single();
        if (atMost < limit)
        {
            return atMost;
        }

        var minuteStart = minute + ":";
        var outside = _inPartOfMinute.Bind(1, workflow).Bind(2, credential).Bind(3, minuteStart).Bind(4, since).Single();
        return atMost - outside;
    }
}
