using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.TestKit;

namespace AgentRuntime.Core.Tests.Audit.Reconciliation;

/// <summary>Against the lines that a real server wrote.</summary>
public sealed class VaultAuditReaderTests
{
    private static readonly string Log = File.ReadAllText(Path.Combine(TestEnvironment.RepositoryRoot, "tests", "fixtures", "vault", "audit.jsonl"));
    private static readonly VaultAuditOptions Everything = new() { Prefix = string.Empty, Paths = ["database/creds/agent-readonly", "transit/decrypt/agentruntime-master"] };

    [Fact]
    public async Task Reads_of_values_are_told_from_everything_else_in_the_log()
    {
        var reader = new VaultAuditReader(Everything);
        var reads = await reader.ReadAsync(Log, 65536);

        Assert.Equal(314, reader.Extent.Entries);
        Assert.Equal("2026-11-23 16:33:09.782", reader.Extent.First!.Value.ToString("yyyy-MM-dd HH:mm:ss.fff"));
        Assert.Equal(["database/creds/agent-readonly", "secret/data/test/a", "secret/data/tools/crm", "secret/data/tools/github", "secret/data/tools/github/", "secret/data/workflows/wf-invoice/smtp", "secret/data/workflows/wf-other/smtp", "secret/tools/github", "transit/decrypt/agentruntime-master"], reads.Select(read => read.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.All(reads.Where(read => read.Path == "secret/data/tools/github"), read => Assert.Equal("tools/github", read.Credential.ToString()));
        Assert.Empty(reader.Complete());
        Assert.Null(reader.CutOffLine);
    }

    [Theory]
    [InlineData(34, StoreReadOutcome.Read)]
    [InlineData(36, StoreReadOutcome.Refused)]
    [InlineData(40, StoreReadOutcome.Refused)]
    [InlineData(50, StoreReadOutcome.Refused)]
    [InlineData(106, StoreReadOutcome.Read)]
    [InlineData(121, StoreReadOutcome.Nothing)]
    [InlineData(141, StoreReadOutcome.Nothing)]
    [InlineData(149, StoreReadOutcome.Nothing)]
    [InlineData(155, StoreReadOutcome.Nothing)]
    [InlineData(173, StoreReadOutcome.Read)]
    [InlineData(183, StoreReadOutcome.Refused)]
    [InlineData(211, StoreReadOutcome.Read)]
    [InlineData(283, StoreReadOutcome.Refused)]
    public async Task What_the_store_answered_is_known_without_its_values(int line, StoreReadOutcome outcome) =>
        Assert.Equal(outcome, Assert.Single(await new VaultAuditReader(Everything).ReadAsync(Log, 65536), read => read.Line == line).Outcome);

    [Fact]
    public async Task A_read_carries_who_from_where_and_for_which_step()
    {
        var read = Assert.Single(await new VaultAuditReader(Everything).ReadAsync(Log, 65536), read => read.Line == 34);

        Assert.Equal(new AttemptClaim("run-01JD", "step-3", Attempt: null, "wf-invoice", Purpose: null), read.Claim);
        Assert.Equal(("token-step-3", "127.0.0.1"), (read.Actor, read.Address));
        Assert.StartsWith("hmac-sha256:", read.TokenAccessor, StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f-]{36}$", read.RequestId);
    }

    [Fact]
    public async Task What_only_goes_with_a_read_is_told_apart()
    {
        var reads = await new VaultAuditReader(Everything).ReadAsync(Log, 65536);

        Assert.Equal(["transit/decrypt/agentruntime-master"], reads.Where(read => read.IsBeside).Select(read => read.Path).Distinct());
        Assert.All(reads, read => Assert.Equal("log", read.File));
    }

    [Theory]
    [InlineData("kv", "update", false)]
    [InlineData("kv", "read", true)]
    [InlineData("pki", "update", true)]
    [InlineData("pki", "list", false)]
    public async Task Of_other_paths_a_write_counts_where_the_answer_is_the_credential(string engine, string operation, bool counts)
    {
        var reader = new VaultAuditReader(new VaultAuditOptions { Paths = ["place/of/another"] });

        await reader.ReadAsync(Request("1", "place/of/another").Replace("\"operation\":\"read\"", $"\"operation\":\"{operation}\",\"mount_type\":\"{engine}\"", StringComparison.Ordinal));

        Assert.Equal(counts, reader.Complete().Any());
    }

    [Fact]
    public async Task A_request_that_our_log_names_is_told_whatever_it_asked_for()
    {
        var reader = new VaultAuditReader(new VaultAuditOptions { IsRecorded = static id => id == "7" });

        await reader.ReadAsync(Request("7", "auth/token/create/agentruntime") + "\n" + Request("8", "auth/token/create/agentruntime") + "\n");

        var told = Assert.Single(reader.Complete());
        Assert.Equal(("7", true), (told.RequestId, told.Credential is null));
    }

    [Fact]
    public async Task A_refused_token_is_still_known_by_what_was_logged_of_it_before()
    {
        var reads = await new VaultAuditReader(Everything).ReadAsync(Log, 65536);
        var usedUp = Assert.Single(reads, read => read.Line == 40);
        var revoked = Assert.Single(reads, read => read.Line == 50);
        var stranger = Assert.Single(reads, read => read.Line == 285);

        Assert.Equal("run-01JD", usedUp.Claim?.Run);
        Assert.Null(usedUp.RevokedAt);
        Assert.Equal("run-01JD", revoked.Claim?.Run);
        Assert.True(revoked.RevokedAt < revoked.Time);
        Assert.Null(stranger.Claim);
    }

    [Fact]
    public async Task A_token_is_remembered_over_rotated_files()
    {
        var lines = Log.Split('\n');
        var reader = new VaultAuditReader(Everything);
        await reader.ReadAsync(string.Join('\n', lines[..48]) + "\n", 65536);

        var revoked = Assert.Single(await reader.ReadAsync(string.Join('\n', lines[48..50]) + "\n", 65536));

        Assert.Equal("run-01JD", revoked.Claim?.Run);
        Assert.NotNull(revoked.RevokedAt);
    }

    [Fact]
    public async Task The_places_of_other_systems_are_none_of_ours() =>
        Assert.DoesNotContain(await new VaultAuditReader(new VaultAuditOptions()).ReadAsync(Log, 65536), read => read.Claim is null);

    [Fact]
    public async Task Another_namespace_is_left_out()
    {
        Assert.Empty(await new VaultAuditReader(Everything with { Namespace = "team-a" }).ReadAsync(Log, 65536));
        Assert.NotEmpty(await new VaultAuditReader(Everything with { Namespace = "root" }).ReadAsync(Log, 65536));
    }

    [Fact]
    public async Task A_request_without_an_answer_is_told_at_the_end()
    {
        var reader = new VaultAuditReader(new VaultAuditOptions());
        Assert.Empty(await reader.ReadAsync(Request("1", "secret/data/agentruntime/crm/read") + "\n"));

        var read = Assert.Single(reader.Complete());

        Assert.Equal((StoreReadOutcome.Unanswered, "crm/read"), (read.Outcome, read.Credential.ToString()));
        Assert.Empty(reader.Complete());
    }

    [Theory]
    [InlineData("secret", "agentruntime", "secret/data/agentruntime/crm/read", "crm/read")]
    [InlineData("secret", "agentruntime", "secret/agentruntime/crm/read", "crm/read")]
    [InlineData("kv/team", "a/b", "kv/team/data/a/b/crm/read", "crm/read")]
    [InlineData("secret", "", "secret/data/crm/read", "crm/read")]
    [InlineData("secret", "", "secret/metadata/crm", null)]
    [InlineData("secret", "agentruntime", "secret/metadata/agentruntime/crm/read", null)]
    [InlineData("secret", "agentruntime", "secret/data/agentruntime/crm/read/more", null)]
    [InlineData("secret", "agentruntime", "secret/data/agentruntime2/crm/read", null)]
    [InlineData("secret", "agentruntime", "other/data/agentruntime/crm/read", null)]
    public async Task A_path_is_the_place_of_a_credential_or_none(string mount, string prefix, string path, string? credential)
    {
        var reader = new VaultAuditReader(new VaultAuditOptions { Mount = mount, Prefix = prefix });

        await reader.ReadAsync(Request("1", path) + "\n");

        Assert.Equal(credential, reader.Complete().SingleOrDefault()?.Credential?.ToString());
    }

    [Theory]
    [InlineData("hush, not json\n", StoreLogFault.NotJson, 1)]
    [InlineData("{\"type\":\"hush\"}\n", StoreLogFault.WrongFormat, 1)]
    [InlineData("[\"hush\"]\n", StoreLogFault.WrongFormat, 1)]
    [InlineData("{\"type\":\"request\",\"time\":\"hush\",\"request\":{}}\n", StoreLogFault.WrongFormat, 1)]
    [InlineData("{\"type\":\"request\",\"time\":\"9999-12-31T23:59:59Z\",\"request\":{}}\n", StoreLogFault.WrongFormat, 1)]
    [InlineData("{\"type\":\"request\",\"time\":\"2026-01-01T00:00:00Z\",\"hush\":1}\n", StoreLogFault.WrongFormat, 1)]
    [InlineData("{\"type\":\"request\",\"time\":\"2026-01-01T00:00:00Z\",\"request\":{\"path\":\"\\ud800hush\"}}\n", StoreLogFault.WrongFormat, 1)]
    [InlineData("{\"eventSource\":\"hush\",\"eventName\":\"x\",\"eventTime\":\"2026-01-01T00:00:00Z\"}\n", StoreLogFault.WrongFormat, 1)]
    public async Task What_is_no_such_log_is_a_named_error_that_quotes_nothing(string text, StoreLogFault fault, int line)
    {
        var error = await new VaultAuditReader(new VaultAuditOptions()).FailsAsync(text);

        Assert.Equal((fault, (long)line), (error.Fault, error.Line));
        Assert.DoesNotContain("hush", error.ToString());
    }

    [Fact]
    public async Task A_torn_line_in_the_middle_is_an_error_and_cannot_hide_what_follows()
    {
        var error = await new VaultAuditReader(new VaultAuditOptions()).FailsAsync(Request("1", "sys/health") + "\n{\"type\":\"request\",\"request\":{\n" + Request("2", "sys/health") + "\n");

        Assert.Equal((StoreLogFault.NotJson, 2L), (error.Fault, error.Line));
    }

    [Fact]
    public async Task A_last_line_that_is_being_written_is_left_out_and_said()
    {
        var reader = new VaultAuditReader(new VaultAuditOptions());

        await reader.ReadAsync(Request("1", "sys/health") + "\n{\"type\":\"requ");

        Assert.Equal(2, reader.CutOffLine);
        Assert.Equal(1, reader.Extent.Entries);
    }

    [Fact]
    public async Task A_whole_last_line_without_a_line_break_counts()
    {
        var reader = new VaultAuditReader(new VaultAuditOptions());

        await reader.ReadAsync(Request("1", "sys/health"));

        Assert.Null(reader.CutOffLine);
        Assert.Equal(1, reader.Extent.Entries);
    }

    private static string Request(string id, string path) =>
        $$$"""{"time":"2026-03-01T12:00:00.123456789Z","type":"request","request":{"id":"{{{id}}}","operation":"read","path":"{{{path}}}"}}""";
}
