using System.Globalization;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Storage;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>The logs of all three stores against audit entries that their stores would have given.</summary>
public sealed class ReconcileStoresTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TestFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_class_is_told_for_a_vault()
    {
        await WriteAsync("vault", ("read", "v-1"), ("lost", "v-2"), ("stopped", null));
        _folder.Write("vault.jsonl", string.Join('\n', [
            VaultLine(-60, "v-0", "sys/health", "{}"),
            VaultLine(0.1, "v-1", "secret/data/agentruntime/crm/read", Metadata("read")),
            VaultLine(0.2, "v-3", "transit/decrypt/master", Metadata("read"), operation: "update"),
            VaultLine(20, "v-4", "secret/data/agentruntime/crm/read", Metadata("read")),
            VaultLine(21, "v-5", "secret/data/agentruntime/crm/read", """{"purpose":"set"}"""),
            VaultLine(22, "v-6", "secret/data/agentruntime/crm/read", """{"run_id":"run_forged","step_id":"read","attempt":"1"}"""),
            VaultLine(23, "v-7", "secret/data/agentruntime/crm/read", "{}", error: "permission denied"),
            VaultLine(60, "v-8", "sys/health", "{}"),
        ]) + "\n");

        var found = (await _folder.Command.RunAsync("audit", "reconcile", "--vault-audit", "vault.jsonl", "--json")).Exits(5).Json();

        Assert.Equal(["request_id", "token"], Values(found, "matched", "by"));
        Assert.Equal(["unknown_run"], Values(found, "unexplained", "reason"));
        Assert.Equal(["after_outcome"], Values(found, "reads_after_revocation", "reason"));
        Assert.Equal(["not_in_log", "no_request_id"], Values(found, "intents_without_read", "reason"));
        Assert.Equal("set", found.GetProperty("outside_runs")[0].GetProperty("read").GetProperty("token").GetProperty("purpose").GetString());
        Assert.Equal("refused", found.GetProperty("without_value")[0].GetProperty("read").GetProperty("answer").GetString());
        foreach (var count in found.GetProperty("counts").EnumerateObject())
        {
            Assert.Equal(found.GetProperty(count.Name).GetArrayLength(), count.Value.GetInt32());
        }

        var text = (await _folder.Command.RunAsync("audit", "reconcile", "--vault-audit", "vault.jsonl")).Exits(5).Output;
        Assert.Contains("Its token claims run run_forged, which this log does not know.", text);
        Assert.Contains("1 unexplained, 1 after revocation.", text);
    }

    [Fact]
    public async Task The_log_of_a_real_server_is_shown_with_its_ids_and_without_its_hashes()
    {
        var log = Path.Combine(TestEnvironment.RepositoryRoot, "tests", "fixtures", "vault", "audit.jsonl");

        var result = (await _folder.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--path", "secret/data/tools/github", "--json")).Exits(5);

        var first = result.Json().GetProperty("unexplained")[0].GetProperty("read");
        Assert.Equal("secret/data/tools/github", first.GetProperty("path").GetString());
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f-]{27}$", first.GetProperty("request_id").GetString());
        Assert.Contains("unknown_run", Values(result.Json(), "unexplained", "reason"));
        Assert.DoesNotContain("hmac-sha256:", result.Output);
    }

    [Fact]
    public async Task Aws_joins_by_the_request_id()
    {
        await WriteAsync("aws", ("read", "a-1"));
        _folder.Write("trail.json", $$"""{"Records":[{{Event("a-1", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:agentruntime/crm/read-Ab12Cd", "agentruntime-step/run-read")}},{{Event("a-2", "agentruntime/crm/read", "Admin/maria")}}]}""");

        var found = (await _folder.Command.RunAsync("audit", "reconcile", "--cloudtrail", "trail.json", "--json")).Exits(5).Json();

        Assert.Equal(["request_id"], Values(found, "matched", "by"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/Admin/maria", found.GetProperty("unexplained")[0].GetProperty("read").GetProperty("actor").GetString());
    }

    [Fact]
    public async Task Azure_joins_by_the_correlation_id_of_the_attempt()
    {
        await WriteAsync("azure", ("read", "not in that log"));
        var correlation = AttemptCorrelation.Of(JournalSamples.Run(), new StepPath("read"), 1).ToString();
        _folder.Write("azure.json", $$"""{"records":[{{Record(correlation)}},{{Record("")}}]}""");

        var found = (await _folder.Command.RunAsync("audit", "reconcile", "--azure-log", "azure.json", "--json")).Exits(5).Json();

        Assert.Equal(["correlation_id"], Values(found, "matched", "by"));
        Assert.Equal(["not_recorded"], Values(found, "unexplained", "reason"));
    }

    [Fact]
    public async Task A_broken_chain_exits_5_even_when_every_read_is_explained()
    {
        await WriteAsync("vault", ("read", "v-1"));
        _folder.Write("vault.jsonl", VaultLine(0.1, "v-1", "secret/data/agentruntime/crm/read", "{}") + "\n");
        (await _folder.Command.RunAsync("audit", "reconcile", "--vault-audit", "vault.jsonl")).Exits(0);
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.File(".agentruntime/runs.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var change = connection.CreateCommand();
            change.CommandText = "DROP TRIGGER audit_is_not_changed; UPDATE audit SET line = replace(line, 'user:maria', 'user:mario')";
            await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var found = (await _folder.Command.RunAsync("audit", "reconcile", "--vault-audit", "vault.jsonl", "--json")).Exits(5).Json();

        Assert.True(found.GetProperty("explained").GetBoolean());
        Assert.False(found.GetProperty("audit_chain_whole").GetBoolean());
    }

    /// <summary>Uses of one second each, at noon.</summary>
    private async Task WriteAsync(string store, params (string Step, string? Request)[] uses)
    {
        await using var database = await SqliteRunDatabase.OpenAsync(new SqliteRunDatabaseOptions { Path = _folder.File(".agentruntime/runs.db") }, TimeProvider.System, TestContext.Current.CancellationToken);
        var number = 0;
        foreach (var (step, request) in uses)
        {
            await AddAsync(JournalSamples.Intent(++number) with { Step = new StepPath(step), Store = store, Time = Noon });
            await AddAsync(JournalSamples.Outcome(++number) with { Step = new StepPath(step), Store = store, Time = Noon.AddSeconds(1), StoreRequestId = request, TokenAccessor = null });
        }

        async Task AddAsync(AuditDraft draft) =>
            await database.CommitAsync(new JournalBatch { Run = draft.Run, Audit = draft }, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string?> Values(JsonElement found, string list, string member) =>
        found.GetProperty(list).EnumerateArray().Select(one => one.GetProperty(member).GetString());

    private static string Metadata(string step) => $$"""{"run_id":"{{JournalSamples.Run()}}","step_id":"{{step}}","attempt":"1","workflow":"invoice-follow-up"}""";

    private static string VaultLine(double at, string id, string path, string metadata, string operation = "read", string? error = null)
    {
        var time = Noon.AddSeconds(at).ToString("O", CultureInfo.InvariantCulture);
        var failure = error is null ? "null" : $"\"{error}\"";
        return $$$"""{"time":"{{{time}}}","type":"response","auth":{"display_name":"token","metadata":{{{metadata}}} },"request":{"id":"{{{id}}}","operation":"{{{operation}}}","path":"{{{path}}}"},"response":{"data":{"data":{} } },"error":{{{failure}}} }""";
    }

    private static string Event(string id, string secret, string role) => $$"""
        {"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/{{role}}"},"eventTime":"2026-03-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","sourceIPAddress":"198.51.100.7","requestParameters":{"secretId":"{{secret}}"},"requestID":"{{id}}"}
        """.Trim();

    private static string Record(string correlation) => $$$"""
        {"time":"2026-03-01T12:00:00.5Z","category":"AuditEvent","operationName":"SecretGet","resultSignature":"OK","callerIpAddress":"203.0.113.9","correlationId":"{{{correlation}}}","identity":{"claim":{"appid":"app-1"}},"properties":{"id":"https://ours.vault.azure.net/secrets/agentruntime-crm--read/1","httpStatusCode":200}}
        """.Trim();
}
