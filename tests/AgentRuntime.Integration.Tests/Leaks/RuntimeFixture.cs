using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Scrubbing.Logging;
using AgentRuntime.Secrets;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.TestKit.Scrubbing;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Workflows;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>
/// The whole product in a folder of its own, composed as the command composes it: parser, engine, broker, embedded store, SQLite journal with its anchor,
/// scrubber, MCP client, scrubbing log. Collects everything that leaves it, for the sweep.
/// </summary>
internal sealed class RuntimeFixture : IAsyncDisposable, IRunObserver
{
    public static readonly WorkflowName Workflow = new("leaks");
    private static readonly SecretAccessContext Owner = new() { Principal = "user:test", Purpose = "set" };

    private readonly ConcurrentQueue<(string Where, string Text)> _sinks = new();
    private readonly ConcurrentQueue<RunEvent> _events = new();
    private readonly List<(string Name, string Value)> _canaries = [];
    private readonly SpanCapture _spans = new();
    private readonly OneProvider _loggers;
    private readonly RunEngine _engine;
    private readonly IReadOnlyDictionary<ServerName, ServerManifest> _servers;
    private bool _closed;

    private RuntimeFixture(string folder, IReadOnlyList<ServerManifest> servers, GrantSet grants, bool scrub, SqliteRunDatabase database, EmbeddedSecretStore secrets)
    {
        var scrubber = new Scrubber(new ScrubberOptions());
        var none = new PassThroughScrubber();
        IScrubber used = scrub ? scrubber : none;
        ISecretRegistry registry = scrub ? scrubber : none;
        Folder = folder;
        Database = database;
        Secrets = secrets;
        Scrubber = used;
        _servers = servers.ToDictionary(server => server.Name);
        _loggers = new OneProvider(new ScrubbingLoggerProvider(new FileLog(Path.Combine(folder, "runtime.log")), used));
        Client = new McpToolCaller(new McpClientOptions { ShutdownGrace = TimeSpan.FromSeconds(1) }, used, TimeProvider.System, _loggers);
        Tools = new HookedTools(Client);
        var ids = new IdGenerator(TimeProvider.System);
        var broker = new CredentialBroker(grants, database, secrets, registry, used, ids, TimeProvider.System);
        _engine = new RunEngine(_servers, broker, Tools, database, used, ids, TimeProvider.System, new RunEngineOptions { MaxResultBytes = 256 * 1024, Jitter = () => 0 });
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public string Folder { get; }

    public SqliteRunDatabase Database { get; }

    public EmbeddedSecretStore Secrets { get; }

    public IScrubber Scrubber { get; }

    public HookedTools Tools { get; }

    private McpToolCaller Client { get; }

    /// <summary>What else an event causes.</summary>
    public Action<RunEvent>? Seen { get; set; }

    /// <summary>Composes it. Without <paramref name="scrub"/> nothing is scrubbed anywhere; without <paramref name="granted"/> nothing is granted.</summary>
    public static async Task<RuntimeFixture> OpenAsync(IReadOnlyList<ServerManifest> servers, bool scrub = true, bool granted = true)
    {
        var folder = Directory.CreateTempSubdirectory("agentruntime-leaks-").FullName;
        var database = await SqliteRunDatabase.OpenAsync(
            new SqliteRunDatabaseOptions { Path = Path.Combine(folder, "runs.db"), AnchorPath = Path.Combine(folder, "anchor.json"), WorkspaceId = "leaks" }, TimeProvider.System, Ct);
        var secrets = await EmbeddedSecretStore.OpenAsync(
            new EmbeddedStoreOptions { Path = Path.Combine(folder, "secrets.db"), MasterKey = MasterKeySource.OwnFile(Path.Combine(folder, "master.key")) }, TimeProvider.System, Ct);
        var grants = granted ? servers.Select(server => new Grant(Workflow, server.Name, server.Credentials.Keys.ToHashSet(), Budget: null)).ToList() : [];
        return new RuntimeFixture(folder, servers, new GrantSet(grants), scrub, database, secrets);
    }

    /// <summary>Stores a new version of a credential and looks for it from now on.</summary>
    public async Task SetAsync(string credential, Canary canary)
    {
        _canaries.AddRange(canary.Parts.Select((part, i) => ($"{credential} {_canaries.Count + i}", part)));
        var fields = canary.Fields.ToDictionary(field => field.Key, field => SecretValue.CopyUtf8(field.Value), StringComparer.Ordinal);
        var written = await Secrets.SetAsync(CredentialName.Parse(credential), fields, WriteCondition.None, Owner, Ct);
        foreach (var value in fields.Values)
        {
            value.Dispose();
        }

        Assert.True(written.Succeeded, written.Message);
    }

    public async Task DisableAsync(string credential) =>
        Assert.True((await Secrets.DisableAsync(CredentialName.Parse(credential), null, Owner, Ct)).Succeeded);

    /// <summary>Runs steps to their end.</summary>
    public async Task<RunOutcome> RunAsync(string steps, string input = "{}", CancellationToken? stop = null)
    {
        var json = $$"""{"name":"{{Workflow}}","steps":[{{steps}}]}""";
        var parsed = WorkflowParser.Parse($"{Workflow}.json", Encoding.UTF8.GetBytes(json), _servers);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Problems));
        try
        {
            var outcome = await _engine.RunAsync(new RunRequest { Workflow = parsed.Value, Input = new UntrustedJson(JsonElement.Parse(input)), Principal = "user:test" }, this, stop ?? Ct);
            _sinks.Enqueue(("outcome", GraphText.Of(outcome)));
            _sinks.Enqueue(("outcome", outcome.ToString()));
            return outcome;
        }
        catch (Exception e)
        {
            _sinks.Enqueue(("exception", e.ToString()));
            throw;
        }
    }

    public void OnEvent(RunEvent e)
    {
        _events.Enqueue(e);
        Seen?.Invoke(e);
    }

    /// <summary>One more place to search.</summary>
    public void Sink(string where, string text) => _sinks.Enqueue((where, text));

    /// <summary>Looks for these canaries only.</summary>
    public LeakDetector Detector() => new(_canaries);

    /// <summary>Searches every sink, while everything is still open and again when it is closed.</summary>
    public async Task<IReadOnlyList<Leak>> SweepAsync()
    {
        var detector = Detector();
        foreach (var e in _events)
        {
            _sinks.Enqueue(("observed event", GraphText.Of(e)));
            _sinks.Enqueue(("observed event", Encoding.UTF8.GetString(RunEventJson.Serialize(e))));
        }

        await foreach (var run in Database.ListAsync(Ct))
        {
            await foreach (var e in Database.ReadEventsAsync(run.Run, Ct))
            {
                _sinks.Enqueue(("stored event", Encoding.UTF8.GetString(RunEventJson.Serialize(e))));
            }
        }

        await foreach (var entry in Database.QueryAsync(new AuditQuery(), Ct))
        {
            _sinks.Enqueue(("audit export", Encoding.UTF8.GetString(AuditEntryJson.Write(entry).Span)));
        }

        foreach (var span in _spans.Spans)
        {
            _sinks.Enqueue(("span", span));
        }

        Assert.True(File.Exists(Path.Combine(Folder, "runs.db-wal")), "The write-ahead log must be there to be searched.");
        // A lock that this process holds cannot be read by anybody, itself included.
        var leaks = detector.SearchTree(Folder, path => !path.EndsWith(".lock", StringComparison.Ordinal)).Leaks.ToList();
        var before = Files();
        Assert.True(before.Count >= 5, "The sweep must see the databases, their logs, the anchor and the key.");
        await CloseAsync();
        leaks.AddRange(Files().Where(file => !before.Contains(file)).SelectMany(file => detector.SearchFile(file.Path)));
        foreach (var group in _sinks.GroupBy(sink => sink.Where, StringComparer.Ordinal))
        {
            leaks.AddRange(detector.Search(string.Join("\n\u0001\n", group.Select(sink => sink.Text).Distinct(StringComparer.Ordinal)), group.Key));
        }

        return leaks;
    }

    /// <summary>Sweeps and expects nothing.</summary>
    public async Task FindsNothingAsync()
    {
        var leaks = await SweepAsync();
        Assert.True(leaks.Count == 0, $"{leaks.Count} leaks:\n{string.Join('\n', leaks.Take(20))}");
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _spans.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private HashSet<(string Path, long Length, DateTime Written)> Files() =>
        [.. new DirectoryInfo(Folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc))];

    private async Task CloseAsync()
    {
        if (!_closed)
        {
            _closed = true;
            await Client.DisposeAsync();
            await Secrets.DisposeAsync();
            await Database.DisposeAsync();
            _loggers.Dispose();
        }
    }
}
