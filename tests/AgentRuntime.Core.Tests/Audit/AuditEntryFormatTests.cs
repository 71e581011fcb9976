using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Core.Tests.Golden;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.Core.Tests.Audit;

/// <summary>The canonical line of an audit entry is frozen: a chain that was exported stays verifiable.</summary>
public sealed class AuditEntryFormatTests
{
    private static readonly string[] Members =
    [
        "sequence", "id", "time", "phase", "decision", "principal", "workflow", "workflow_sha256", "run_id", "step_id", "attempt", "server", "tool", "scope",
        "credential", "credential_version", "store", "store_request_id", "token_accessor", "trace_id", "result", "reason", "duration_ms", "previous_hash", "hash",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Writes_what_the_golden_file_says()
    {
        var (first, second) = Chain();
        GoldenFile.AssertIs("audit-entries.jsonl", [.. first.Line.Span, (byte)'\n', .. second.Line.Span]);
    }

    [Fact]
    public async Task The_golden_file_verifies_offline()
    {
        var found = await AuditVerifier.VerifyAsync(Lines().ToAsyncEnumerable(), anchor: null, Cancel);
        Assert.Equal((2, Chain().Second.Entry.Hash, null), (found.Entries, found.Head, found.Break));
    }

    [Fact]
    public void Reads_a_line_back_to_the_same_entry()
    {
        var (first, second) = Chain();
        Assert.Equal([first.Entry, second.Entry], Lines().Select(line => AuditEntryJson.Read(line.Text)));
        Assert.Equal(second.Line.ToArray(), AuditEntryJson.Write(second.Entry).ToArray());
    }

    [Fact]
    public void Has_the_documented_members_in_their_order_and_so_has_the_schema()
    {
        using var schema = SchemaResource.Open("audit-entry.v1.json");
        Assert.Equal(Members, schema.RootElement.GetProperty("properties").EnumerateObject().Select(member => member.Name));
        Assert.Equal(Members, schema.RootElement.GetProperty("required").EnumerateArray().Select(member => member.GetString()));
        Assert.All(Lines(), line =>
        {
            using var json = JsonDocument.Parse(line.Text);
            Assert.Equal(Members, json.RootElement.EnumerateObject().Select(member => member.Name));
        });
    }

    [Fact]
    public void The_hash_is_that_of_the_line_without_its_last_member()
    {
        foreach (var line in Lines().Select(line => Encoding.ASCII.GetString(line.Text.Span)))
        {
            var hash = line[^66..^2];
            var hashed = line.Replace($",\"hash\":\"{hash}\"", string.Empty, StringComparison.Ordinal);
            Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(hashed))));
        }
    }

    [Theory]
    [InlineData("\"phase\":\"intent\"", "\"phase\":\"other\"")]
    [InlineData("\"attempt\":1", "\"attempt\":\"1\"")]
    [InlineData("\"workflow\":\"invoice-follow-up\"", "\"workflow\":\"no name!\"")]
    [InlineData("\"time\":\"2026", "\"time\":\"x026")]
    [InlineData("\"store\":", "\"shop\":")]
    public void Names_a_wrong_member_and_quotes_nothing(string from, string to)
    {
        var line = Encoding.ASCII.GetString(Chain().First.Line.Span).Replace(from, to, StringComparison.Ordinal);
        var failure = Assert.Throws<JsonException>(() => AuditEntryJson.Read(Encoding.ASCII.GetBytes(line)));
        Assert.Contains($"\"{from.Split('"')[1]}\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_duration_that_is_no_number() =>
        Assert.Throws<ArgumentException>(() => AuditChain.Prepare(Intent(1) with { DurationMs = double.NaN }));

    [Fact]
    public void Refuses_to_write_an_entry_whose_hash_is_not_its_own()
    {
        var entry = Chain().First.Entry;
        Assert.Throws<ArgumentException>(() => AuditEntryJson.Write(entry with { Draft = entry.Draft with { Principal = "user:mallory" } }));
    }

    [Fact]
    public void Reads_its_anchor_and_refuses_another_version()
    {
        var anchor = new AuditAnchor(1, "ws", 2, Chain().Second.Entry.Hash, Noon, 0);
        Assert.Equal(anchor, AuditAnchor.FromJson(anchor.ToJson()));
        Assert.Null(AuditAnchor.FromJson((anchor with { Version = 2 }).ToJson()));
        Assert.Null(AuditAnchor.FromJson("[]"u8));
    }

    private static (ChainedAudit First, ChainedAudit Second) Chain()
    {
        var first = AuditChain.Append(AuditChain.Prepare(Intent(1)), 1, AuditChain.Origin);
        return (first, AuditChain.Append(AuditChain.Prepare(Outcome(2)), 2, first.Entry.Hash));
    }

    private static List<AuditLine> Lines() =>
        [.. Encoding.ASCII.GetString(GoldenFile.Read("audit-entries.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new AuditLine(null, Encoding.ASCII.GetBytes(line)))];
}
