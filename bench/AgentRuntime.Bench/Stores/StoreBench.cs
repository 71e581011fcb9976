using System.Diagnostics;
using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.Tools;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Bench.Stores;

/// <summary>What each secret store adds to a step, against its own bare read, in one process: over TLS on loopback, against the fakes of the test kit.</summary>
internal static class StoreBench
{
    private const int Steps = 200;
    private const int Workers = 32;

    /// <summary>Prints the table.</summary>
    public static async Task RunAsync(string folder, int rounds)
    {
        Console.WriteLine($"| store | bare read every 5 ms p50 | wait of a step p50, tool of 5 ms | ratio | bare reads in a row p50 | wait of a step p50, tool of 0 ms | ratio | leases/s, {Workers} runs |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Func<string, Task<BenchStore>>[] stores =
        [
            BenchStore.EmbeddedAsync,
            place => BenchStore.VaultAsync(place, VaultTokenMode.Step),
            place => BenchStore.VaultAsync(place, VaultTokenMode.Batch),
            BenchStore.AwsAsync,
            BenchStore.AzureAsync,
        ];
        for (var i = 0; i < stores.Length; i++)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, $"store{i}")).FullName;
            await using var store = await stores[i](place);
            await MeasureAsync(store, place, rounds);
        }
    }

    private static async Task MeasureAsync(BenchStore store, string folder, int rounds)
    {
        await using var database = await SqliteRunDatabase.OpenAsync(new SqliteRunDatabaseOptions { Path = Path.Combine(folder, "runs.db"), AnchorPath = Path.Combine(folder, "anchor.json"), WorkspaceId = "bench" }, TimeProvider.System, default);
        var path = new CriticalPath();
        var tool = new Pause();
        var engine = Engine(database, store, path, tool);
        await ChainAsync(engine, 20);
        for (var i = 0; i < 50; i++)
        {
            await store.ReadBareAsync();
        }

        List<double> paced = [], bare = [], slow = [], fast = [], rates = [];
        for (var round = 0; round < rounds; round++)
        {
            bare.AddRange(await BareAsync(store, TimeSpan.Zero));
            paced.AddRange(await BareAsync(store, TimeSpan.FromMilliseconds(5)));
            slow.AddRange(await WaitsAsync(engine, path, tool, TimeSpan.FromMilliseconds(5)));
            fast.AddRange(await WaitsAsync(engine, path, tool, TimeSpan.Zero));
            var all = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => ChainAsync(engine, Steps / 10))));
            rates.Add(Workers * (Steps / 10) / Stopwatch.GetElapsedTime(all).TotalSeconds);
        }

        var (p, s, b, f) = (Median(paced), Median(slow), Median(bare), Median(fast));
        Console.WriteLine($"| {store.Name} | {p:0.000} ms | {s:0.000} ms | {s / p:0.00} | {b:0.000} ms | {f:0.000} ms | {f / b:0.00} | {Median(rates):0} |");
    }

    // In the rhythm of the steps that it is compared with: a processor that slept is slower at first.
    private static async Task<List<double>> BareAsync(BenchStore store, TimeSpan pause)
    {
        var times = new List<double>(Steps);
        for (var i = 0; i < Steps; i++)
        {
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
            }

            var started = Stopwatch.GetTimestamp();
            await store.ReadBareAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }

    private static async Task<List<double>> WaitsAsync(RunEngine engine, CriticalPath path, Pause tool, TimeSpan time)
    {
        tool.Time = time;
        path.Times.Clear();
        await ChainAsync(engine, Steps);
        tool.Time = TimeSpan.Zero;

        // The first step of a run has nobody before it whose work could hide the making of its right.
        return [.. path.Times.Skip(1)];
    }

    private static RunEngine Engine(SqliteRunDatabase database, BenchStore store, CriticalPath path, IToolCaller tools)
    {
        var scope = new ScopeName("read");
        var server = new ServerManifest(
            new ServerName("echo"),
            new ServerTransport.Http(new Uri("http://127.0.0.1:1/mcp")),
            new Dictionary<ScopeName, CredentialSpec> { [scope] = new(CredentialType.Bearer, [new CredentialAttachment(AttachmentPlace.Header, "Authorization", "Bearer {value}")], Shared: null) },
            new Dictionary<ToolName, ToolSpec> { [new ToolName("echo")] = new(scope, Idempotent: true) });
        var ids = new IdGenerator(TimeProvider.System);
        var scrubber = new Scrubber(new ScrubberOptions());
        var grants = new GrantSet([new Grant(new WorkflowName("bench"), server.Name, new HashSet<ScopeName> { scope }, Budget: null)]);
        var journal = path.Watch(database);
        var broker = new CredentialBroker(grants, journal, path.Watch(store.Steps), scrubber, scrubber, ids, TimeProvider.System);
        return new RunEngine(new Dictionary<ServerName, ServerManifest> { [server.Name] = server }, broker, tools, journal, scrubber, ids, TimeProvider.System, new RunEngineOptions());
    }

    private static async Task ChainAsync(RunEngine engine, int steps)
    {
        var workflow = new WorkflowDefinition
        {
            Name = new WorkflowName("bench"),
            Sha256 = new string('0', 64),
            Source = JsonElement.Parse("{}"),
            Steps = [.. Enumerable.Range(0, steps).Select(i => new McpCallStep
            {
                Id = new StepId($"s{i}"),
                Pointer = $"/steps/{i}",
                Server = new ServerName("echo"),
                Tool = new ToolName("echo"),
                DependsOn = i == 0 ? [] : [new StepId($"s{i - 1}")],
                Arguments = JsonElement.Parse("{}"),
            })],
        };
        var outcome = await engine.RunAsync(new RunRequest { Workflow = workflow, Input = new UntrustedJson(JsonElement.Parse("{}")), Principal = "bench" }, observer: null, default);
        if (outcome.Status != RunStatus.Succeeded)
        {
            throw new InvalidOperationException($"{outcome.Error?.Code}: {outcome.Error?.Message}");
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>A tool that does nothing for a time.</summary>
    private sealed class Pause : IToolCaller
    {
        private static readonly ToolOutcome Done = new ToolOutcome.Succeeded(new UntrustedJson(JsonElement.Parse("{}")));

        public TimeSpan Time { get; set; }

        public async ValueTask<ToolOutcome> CallAsync(ToolCall call, CancellationToken cancellationToken)
        {
            if (Time > TimeSpan.Zero)
            {
                await Task.Delay(Time, TimeProvider.System, cancellationToken);
            }

            return Done;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
