using System.Globalization;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Storage.Sqlite;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.Integration.Tests.Storage;

/// <summary>Searching the audit record, whose filters share few indexes.</summary>
public sealed class SqliteAuditSearchTests
{
    private static readonly WorkflowName[] Workflows = [new("a"), new("b"), new("invoice-follow-up")];

    private static readonly CredentialName[] Credentials = [CredentialName.Parse("crm/read"), CredentialName.Parse("crm/write"), CredentialName.Parse("mail/send")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_filter_and_every_two_of_them_find_what_matches_by_an_index()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        var drafts = Enumerable.Range(1, 120).Select(Draft).ToList();
        foreach (var draft in drafts)
        {
            await database.CommitAsync(Batch(draft), Cancel);
        }

        AuditQuery[] filters =
        [
            new() { Run = Run(2) },
            new() { Credential = Credentials[1] },
            new() { Workflow = Workflows[0] },
            new() { Since = Noon.AddMinutes(100) },
            new() { Id = AuditId(7) },
        ];
        foreach (var query in filters.SelectMany(one => filters.Select(other => Both(one, other))))
        {
            var expected = drafts.Where(draft => Matches(draft, query)).Select(draft => draft.Id);
            Assert.Equal(expected, await database.QueryAsync(query, Cancel).Select(entry => entry.Draft.Id).ToListAsync(Cancel));
            Assert.DoesNotContain(Plan(place, query), step => step.StartsWith("SCAN audit", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_record_without_entries_gives_none()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        Assert.Equal(0, await database.QueryAsync(new AuditQuery { Credential = Credential, Since = Noon }, Cancel).CountAsync(Cancel));
    }

    private static AuditDraft Draft(int number)
    {
        var draft = number % 2 == 0 ? Outcome(number, Run(number % 5)) : Intent(number, Run(number % 5));
        return draft with
        {
            // Several processes share the record, so times are not quite in the order of the entries.
            Time = Noon.AddMinutes(number + (number % 7)),
            Workflow = Workflows[number % 3],
            Credential = Credentials[number / 3 % 3],
            Decision = number % 11 == 0 ? AuditDecision.Denied : AuditDecision.Allowed,
        };
    }

    private static AuditQuery Both(AuditQuery one, AuditQuery other) => new()
    {
        Run = one.Run ?? other.Run,
        Credential = one.Credential ?? other.Credential,
        Workflow = one.Workflow ?? other.Workflow,
        Since = one.Since ?? other.Since,
        Id = one.Id ?? other.Id,
    };

    private static bool Matches(AuditDraft draft, AuditQuery query) =>
        (query.Run is null || draft.Run == query.Run)
        && (query.Credential is null || draft.Credential == query.Credential)
        && (query.Workflow is null || draft.Workflow == query.Workflow)
        && (query.Since is null || draft.Time >= query.Since)
        && (query.Id is null || draft.Id == query.Id);

    private static List<string> Plan(SqlitePlace place, AuditQuery query)
    {
        var search = new AuditSearch(query);
        using var connection = place.Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The program's own SQL.
        command.CommandText = $"EXPLAIN QUERY PLAN {search.Sql}";
#pragma warning restore CA2100
        foreach (var (name, value) in search.Parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read())
        {
            plan.Add(Convert.ToString(reader["detail"], CultureInfo.InvariantCulture)!);
        }

        return plan;
    }
}
