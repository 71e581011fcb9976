using AgentRuntime.Audit;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>The SQL of an audit query. Every filter is answered by an index; <c>audit_by_workflow</c> serves three of them.</summary>
internal sealed class AuditSearch
{
    // Which pairs of workflow and credential there are: each is found by two looks into the index, however many entries it has.
    private const string Uses = """
        WITH RECURSIVE
        workflows (workflow) AS (
            SELECT min(workflow) FROM audit
            UNION ALL
            SELECT (SELECT min(audit.workflow) FROM audit WHERE audit.workflow > workflows.workflow) FROM workflows WHERE workflow IS NOT NULL),
        uses (workflow, credential) AS (
            SELECT workflow, (SELECT min(audit.credential) FROM audit WHERE audit.workflow = workflows.workflow) FROM workflows WHERE workflow IS NOT NULL
            UNION ALL
            SELECT workflow, (SELECT min(audit.credential) FROM audit WHERE audit.workflow = uses.workflow AND audit.credential > uses.credential) FROM uses WHERE credential IS NOT NULL)
        """;

    // The index has these two between the credential and the time; with all their values named, it can go on to the time.
    private const string Since = "audit.phase IN ('intent', 'outcome') AND audit.decision IN ('allowed', 'denied') AND audit.time >= ";

    private readonly List<string> _conditions = [];
    private readonly List<(string Name, string Value)> _parameters = [];

    public AuditSearch(AuditQuery query)
    {
        if (query is { Id: null, Run: null })
        {
            Require("uses.credential = ", "$credential", query.Credential?.ToString());
            Require("uses.workflow = ", "$workflow", query.Workflow?.Value);
            Require(Since, "$since", TimeOf(query.Since));
            Sql = _conditions.Count == 0
                ? "SELECT line FROM audit ORDER BY sequence"
                : Lines($"{Uses} SELECT audit.sequence FROM uses CROSS JOIN audit ON audit.workflow = uses.workflow AND audit.credential = uses.credential WHERE {string.Join(" AND ", _conditions)}");
            return;
        }

        // The plus keeps a condition away from the indexes: an id is one entry and a run has few, so only what is found by them is looked at.
        Require("id = ", "$id", query.Id);
        Require(query.Id is null ? "run = " : "+run = ", "$run", query.Run?.Value);
        Require("+credential = ", "$credential", query.Credential?.ToString());
        Require("+workflow = ", "$workflow", query.Workflow?.Value);
        Require("+time >= ", "$since", TimeOf(query.Since));
        Sql = Lines($"SELECT sequence FROM audit WHERE {string.Join(" AND ", _conditions)}");
    }

    /// <summary>Gives the lines that match, oldest first.</summary>
    public string Sql { get; }

    public IReadOnlyList<(string Name, string Value)> Parameters => _parameters;

    /// <summary>The inner query finds places by an index; the outer one streams their lines in order, without sorting lines.</summary>
    private static string Lines(string places) => $"SELECT line FROM audit WHERE sequence IN ({places}) ORDER BY sequence";

    private static string? TimeOf(DateTimeOffset? since) => since is { } time ? StoredTime.Format(time) : null;

    private void Require(string condition, string name, string? value)
    {
        if (value is not null)
        {
            _conditions.Add(condition + name);
            _parameters.Add((name, value));
        }
    }
}
