using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Database;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedAccessLog : IDisposable
{
    private static readonly CredentialName Credential = CredentialName.Parse("crm/read");
    private readonly StoreFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tells_who_read_what_when_and_why()
    {
        await using var store = await _folder.OpenAsync(time: _time);
        await store.PutAsync("crm/read", "value");
        var context = new SecretAccessContext
        {
            Principal = "user:maria",
            Purpose = "step",
            Workflow = new WorkflowName("invoice"),
            Run = new RunId("run_1"),
            Step = new StepPath("each[2].send"),
            Attempt = 3,
            Tool = new ToolName("find_customer"),
            TraceId = "0af7651916cd43dd8448eb211c80319c",
        };
        _time.Advance(TimeSpan.FromSeconds(5));
        var result = await store.ReadAsync(new SecretReadRequest(Credential, null, context), CancellationToken.None);
        var expected = new EmbeddedAccessEntry(result.StoreRequestId!, _time.GetUtcNow(), "read", "crm/read", new CredentialVersion("1"), "succeeded", "user:maria", "step", "invoice", "run_1", "each[2].send", 3, "find_customer", "0af7651916cd43dd8448eb211c80319c");
        Assert.Equal(expected, (await LogAsync(store))[^1]);
    }

    [Fact]
    public async Task Has_a_line_for_every_operation_also_for_those_that_failed()
    {
        await using var store = await _folder.OpenAsync(time: _time);
        await store.GetAsync("crm/read");
        await store.PutAsync("crm/read", "one");
        await store.PutAsync("crm/read", "two");
        await store.DisableAsync(Credential, new CredentialVersion("1"), StoreFolder.Owner, CancellationToken.None);
        await store.GetAsync("crm/read", "1");
        await store.GetAsync("crm/read", "7");
        await store.EnableAsync(Credential, new CredentialVersion("1"), StoreFolder.Owner, CancellationToken.None);
        await store.DeleteAsync(Credential, null, StoreFolder.Owner, CancellationToken.None);
        await store.EnableAsync(Credential, new CredentialVersion("1"), StoreFolder.Owner, CancellationToken.None);
        await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
        Assert.Equal(
            [
                "read missing", "set 1 succeeded", "set 2 succeeded", "disable 1 succeeded", "read 1 disabled", "read missing", "enable 1 succeeded",
                "delete 2 succeeded", "delete 1 succeeded", "enable 1 deleted", "rewrap succeeded",
            ],
            (await LogAsync(store)).Select(e => e.Version is { } version ? $"{e.Operation} {version} {e.Outcome}" : $"{e.Operation} {e.Outcome}"));
    }

    [Fact]
    public async Task Gives_no_value_when_its_line_cannot_be_written()
    {
        var clock = new LeapingClock();
        await using var store = await _folder.OpenAsync(time: clock);
        await store.PutAsync("crm/read", "value");
        using (var other = SqliteConnection.Open(_folder.StorePath, readOnly: false))
        {
            other.Run("BEGIN IMMEDIATE");
            clock.Leaps = true;
            Assert.Equal(SecretFailureKind.Unavailable, (await store.FailureAsync("crm/read")).Kind);
            clock.Leaps = false;
        }

        Assert.Equal("value", await store.ValueAsync("crm/read"));
    }

    [Fact]
    public async Task Is_in_the_file_before_the_value_is_given()
    {
        await using var store = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "value");
        var result = await store.GetAsync("crm/read");
        using var other = SqliteConnection.Open(_folder.StorePath, readOnly: true);
        Assert.Equal(result.StoreRequestId, AccessLog.Read(other, 0, 100, null)[^1].Id);
    }

    [Theory]
    [InlineData("DELETE FROM access")]
    [InlineData("UPDATE access SET principal = 'nobody'")]
    public async Task Is_append_only(string sql)
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "value");
        }

        Assert.Throws<SqliteFault>(() => _folder.Tamper(sql));
    }

    [Fact]
    public async Task Knows_when_each_version_was_last_read_and_does_not_count_the_scrubber()
    {
        await using var store = await _folder.OpenAsync(time: _time);
        await store.PutAsync("crm/read", "one");
        var created = _time.GetUtcNow();
        await store.PutAsync("crm/read", "two");
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.ValueAsync("crm/read", "1");
        var read = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(1));
        await foreach (var material in store.ReadRetainedAsync(StoreFolder.Owner, CancellationToken.None))
        {
            material.Dispose();
        }

        var versions = (await store.DescribeAsync(Credential, StoreFolder.Owner, CancellationToken.None))!.Versions;
        Assert.Equal([null, read], versions.Select(v => v.LastRead));
        Assert.Equal([created, created], versions.Select(v => v.Created));
    }

    [Fact]
    public async Task Can_be_read_page_by_page_and_for_one_credential()
    {
        await using var store = await _folder.OpenAsync();
        for (var i = 0; i < 1200; i++)
        {
            await store.GetAsync(i % 2 == 0 ? "crm/read" : "crm/write");
        }

        Assert.Equal(Enumerable.Range(1, 1200).Select(i => $"embedded-{i}"), (await LogAsync(store)).Select(e => e.Id));
        Assert.Equal(600, await store.ReadAccessLogAsync(Credential, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task Freezes_a_credential_for_every_process_before_the_command_returns()
    {
        await using var store = await _folder.OpenAsync();
        await using var other = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "value");
        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await other.GetAsync("crm/read");
            }
        });
        for (var round = 0; round < 20; round++)
        {
            Assert.True((await store.DisableAsync(Credential, null, StoreFolder.Owner, CancellationToken.None)).Succeeded);
            Assert.Equal(SecretFailureKind.Disabled, (await other.FailureAsync("crm/read")).Kind);
            Assert.True((await store.EnableAsync(Credential, null, StoreFolder.Owner, CancellationToken.None)).Succeeded);
        }

        await done.CancelAsync();
        await reader;

        // In the order of the log no read succeeds between a disable and the next enable.
        var disabled = false;
        await foreach (var entry in store.ReadAccessLogAsync(Credential, CancellationToken.None))
        {
            disabled = entry.Operation == "disable" || (disabled && entry.Operation != "enable");
            Assert.False(disabled && entry is { Operation: "read", Outcome: "succeeded" }, $"{entry.Id} came after a disable.");
        }
    }

    private static async Task<List<EmbeddedAccessEntry>> LogAsync(EmbeddedSecretStore store) => await store.ReadAccessLogAsync(null, CancellationToken.None).ToListAsync();
}
