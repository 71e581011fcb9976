using System.Diagnostics;
using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Workflows;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentRuntime.Bench;

/// <summary>The whole product over one echo server: parser, engine, broker, embedded store, SQLite journal, scrubber, MCP client.</summary>
internal sealed class GovernedRuntime : IAsyncDisposable
{
    private readonly SqliteRunDatabase _database;
    private readonly EmbeddedSecretStore _secrets;
    private readonly McpToolCaller _tools;
    private readonly RunEngine _engine;
    private readonly IReadOnlyDictionary<ServerName, ServerManifest> _servers;

    private GovernedRuntime(SqliteRunDatabase database, EmbeddedSecretStore secrets, ServerManifest server)
    {
        var ids = new IdGenerator(TimeProvider.System);
        var scrubber = new Scrubber(new ScrubberOptions());
        var grants = new GrantSet([new Grant(new WorkflowName("bench"), server.Name, new HashSet<ScopeName> { new("read") }, new Budget(1_000_000, 100_000_000))]);
        var journal = new TimedJournal(database, Commit);
        var broker = new CredentialBroker(grants, journal, new TimedStore(secrets, Read), scrubber, scrubber, ids, TimeProvider.System);
        _database = database;
        _secrets = secrets;
        _servers = new Dictionary<ServerName, ServerManifest> { [server.Name] = server };
        _tools = new McpToolCaller(new McpClientOptions(), scrubber, TimeProvider.System, NullLoggerFactory.Instance);
        _engine = new RunEngine(_servers, broker, new TimedTools(_tools, Call), journal, scrubber, ids, TimeProvider.System, new RunEngineOptions());
    }

    public IJournal Journal => _database;

    public Timed Commit { get; } = new();

    public Timed Read { get; } = new();

    public Timed Call { get; } = new();

    public static async Task<GovernedRuntime> OpenAsync(string folder, ServerTransport transport, CredentialAttachment attachment, string key)
    {
        var database = await SqliteRunDatabase.OpenAsync(new SqliteRunDatabaseOptions { Path = Path.Combine(folder, "runs.db"), AnchorPath = Path.Combine(folder, "anchor.json"), WorkspaceId = "bench" }, TimeProvider.System, default);
        var secrets = await EmbeddedSecretStore.OpenAsync(new EmbeddedStoreOptions { Path = Path.Combine(folder, "secrets.db"), MasterKey = MasterKeySource.OwnFile(Path.Combine(folder, "master.key")) }, TimeProvider.System, default);
        using var value = SecretValue.CopyUtf8(key);
        await secrets.SetAsync(CredentialName.Parse("echo/read"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, new SecretAccessContext { Principal = "bench", Purpose = "set" }, default);
        var scope = new ScopeName("read");
        var server = new ServerManifest(
            new ServerName("echo"),
            transport,
            new Dictionary<ScopeName, CredentialSpec> { [scope] = new(CredentialType.ApiKey, [attachment], Shared: null) },
            new Dictionary<ToolName, ToolSpec> { [new ToolName("echo")] = new(scope, Idempotent: true) });
        return new GovernedRuntime(database, secrets, server);
    }

    /// <summary>One run of a chain of <paramref name="steps"/> calls; gives the time of each step, in milliseconds.</summary>
    public async Task<List<double>> ChainAsync(int steps)
    {
        var clock = new StepClock();
        var request = new RunRequest { Workflow = Chain(steps), Input = new UntrustedJson(JsonElement.Parse("{}")), Principal = "bench" };
        var outcome = await _engine.RunAsync(request, clock, default);
        return outcome.Status == RunStatus.Succeeded ? clock.Times : throw new InvalidOperationException($"{outcome.Error?.Code}: {outcome.Error?.Message}");
    }

    public async Task<double> PerSecondAsync(int runs, int steps)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => Task.Run(() => ChainAsync(steps))));
        return runs * steps / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        await _secrets.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static WorkflowDefinition Chain(int steps) => new()
    {
        Name = new WorkflowName("bench"),
        Sha256 = new string('0', 64),
        Source = JsonElement.Parse("{}"),
        Steps = [.. Enumerable.Range(0, steps).Select(Step)],
    };

    // Each step passes the result of the one before it on.
    private static McpCallStep Step(int i) => new()
    {
        Id = new StepId($"s{i}"),
        Pointer = $"/steps/{i}",
        Server = new ServerName("echo"),
        Tool = new ToolName("echo"),
        DependsOn = i == 0 ? [] : [new StepId($"s{i - 1}")],
        Arguments = JsonSerializer.SerializeToElement(new { text = i == 0 ? "hello" : $"{{{{steps.s{i - 1}.result.text}}}}" }),
    };

    private sealed class StepClock : IRunObserver
    {
        private long _last = Stopwatch.GetTimestamp();

        public List<double> Times { get; } = [];

        public void OnEvent(RunEvent e)
        {
            if (e is RunStarted)
            {
                _last = Stopwatch.GetTimestamp();
            }
            else if (e is StepSucceeded)
            {
                Times.Add(Stopwatch.GetElapsedTime(_last).TotalMilliseconds);
                _last = Stopwatch.GetTimestamp();
            }
        }
    }
}
