using System.Diagnostics;
using System.Globalization;
using AgentRuntime.Bench;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;

// What governing a tool call costs: the call through the MCP SDK alone against the same call as a step of a run, in one process, in turns.
// Usage: dotnet run -c Release --project bench/AgentRuntime.Bench [rounds]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rounds = args.Length > 0 && args[0] is not ("load" or "chain" or "stores") ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
const int Steps = 200;
const int Workers = 32;
var notes = new List<string>();
var script = FindScript();
var key = Guid.NewGuid().ToString("N");
var folder = Directory.CreateTempSubdirectory("agentruntime-bench-").FullName;
try
{
    var stdio = new ServerTransport.Stdio("node", [script], Path.GetDirectoryName(script)!, new Dictionary<string, string>());
    if (args is ["load", ..])
    {
        await LoadAsync(stdio, new CredentialAttachment(AttachmentPlace.Environment, "ECHO_KEY", "{value}"), args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10);
        return;
    }

    if (args is ["chain", ..])
    {
        await ChainAsync(stdio, new CredentialAttachment(AttachmentPlace.Environment, "ECHO_KEY", "{value}"), args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10);
        return;
    }

    if (args is ["stores", ..])
    {
        await AgentRuntime.Bench.Stores.StoreBench.RunAsync(folder, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5);
        return;
    }

    using var http = await EchoServer.StartAsync(script, key);
    Console.WriteLine($"| transport | one at a time: raw p50 | governed p50 | two commits p50 | governed - raw - commits | {Workers} at once: raw calls/s | governed steps/s | ratio |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    await MeasureAsync("stdio", () => RawCalls.StdioAsync(script, key), stdio, new CredentialAttachment(AttachmentPlace.Environment, "ECHO_KEY", "{value}"));
    await MeasureAsync("HTTP", () => RawCalls.HttpAsync(http.Url, key), new ServerTransport.Http(http.Url), new CredentialAttachment(AttachmentPlace.Header, "Authorization", "Bearer {value}"));
    Console.WriteLine();
    notes.ForEach(Console.WriteLine);
}
finally
{
    Directory.Delete(folder, recursive: true);
}

async Task MeasureAsync(string name, Func<Task<ModelContextProtocol.Client.McpClient>> connect, ServerTransport transport, CredentialAttachment attachment)
{
    await using var raw = await connect();
    var place = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
    await using var governed = await GovernedRuntime.OpenAsync(place, transport, attachment, key);
    await RawCalls.SequentialAsync(raw, Steps);
    await governed.ChainAsync(Steps);
    await governed.PerSecondAsync(Workers, 20);
    var parts = string.Empty;
    List<double> rawTimes = [], steps = [], commits = [], rawRates = [], rates = [];
    for (var round = 0; round < rounds; round++)
    {
        rawTimes.AddRange(await RawCalls.SequentialAsync(raw, Steps));
        Clear(governed);
        steps.AddRange(await governed.ChainAsync(Steps));
        parts = $"one commit {Median([.. governed.Commit.Times]):0.000} ms, one read {Median([.. governed.Read.Times]):0.000} ms, one call {Median([.. governed.Call.Times]):0.000} ms";
        commits.AddRange(await CommitsAsync(governed.Journal, Steps));
        rawRates.Add(await RawCalls.PerSecondAsync(raw, Workers, Steps));
        rates.Add(await governed.PerSecondAsync(Workers, Steps));
    }

    var (r, g, c) = (Median(rawTimes), Median(steps), Median(commits));
    Console.WriteLine($"| {name} | {r:0.000} ms | {g:0.000} ms | {c:0.000} ms | {g - r - c:0.000} ms | {Median(rawRates):0} | {Median(rates):0} | {Median(rates) / Median(rawRates):0.00} |");
    notes.Add($"{name}, governed, one at a time, p50 of the parts in the last round: {parts}");
}

// Only one run at a time, for a profiler, with its parts.
async Task ChainAsync(ServerTransport transport, CredentialAttachment attachment, int times)
{
    await using var governed = await GovernedRuntime.OpenAsync(folder, transport, attachment, key);
    await governed.ChainAsync(Steps);
    await CommitsAsync(governed.Journal, Steps);
    for (var i = 0; i < times; i++)
    {
        Clear(governed);
        var steps = await governed.ChainAsync(Steps);
        Console.WriteLine($"p50 step {Median(steps):0.000} ms: commit {Median([.. governed.Commit.Times]):0.000} ms, read {Median([.. governed.Read.Times]):0.000} ms, call {Median([.. governed.Call.Times]):0.000} ms; two bare commits {Median(await CommitsAsync(governed.Journal, Steps)):0.000} ms");
    }
}

// Only the load of 32 runs, for a profiler, with this process's CPU time per step.
async Task LoadAsync(ServerTransport transport, CredentialAttachment attachment, int times)
{
    await using var governed = await GovernedRuntime.OpenAsync(folder, transport, attachment, key);
    await governed.PerSecondAsync(Workers, Steps);
    for (var i = 0; i < times; i++)
    {
        var (user, all) = Cpu();
        var allocated = GC.GetTotalAllocatedBytes();
        Clear(governed);
        var rate = await governed.PerSecondAsync(Workers, Steps);
        var (userAfter, allAfter) = Cpu();
        var per = 1000.0 / (Workers * Steps);
        Console.WriteLine($"{rate:0} steps/s, {(allAfter - all) * per:0.000} ms CPU a step ({(userAfter - user) * per:0.000} user), {(GC.GetTotalAllocatedBytes() - allocated) / (Workers * Steps)} bytes a step; p50 commit {Median([.. governed.Commit.Times]):0.00} ms, read {Median([.. governed.Read.Times]):0.00} ms, call {Median([.. governed.Call.Times]):0.00} ms");
    }
}

static (double User, double All) Cpu()
{
    using var process = Process.GetCurrentProcess();
    return (process.UserProcessorTime.TotalSeconds, process.TotalProcessorTime.TotalSeconds);
}

static void Clear(GovernedRuntime governed)
{
    governed.Commit.Times.Clear();
    governed.Read.Times.Clear();
    governed.Call.Times.Clear();
}

// Two commits of one event each, as an attempt makes them.
static async Task<List<double>> CommitsAsync(IJournal journal, int count)
{
    var run = new IdGenerator(TimeProvider.System).NewRunId();
    var times = new List<double>(count);
    for (var i = 0; i < count; i++)
    {
        var started = Stopwatch.GetTimestamp();
        for (var commit = 0; commit < 2; commit++)
        {
            var e = new StepSkipped("disabled", ScrubbedText.Constant("bench")) { Run = run, Time = TimeProvider.System.GetUtcNow(), Step = new StepPath("a") };
            await journal.CommitAsync(new JournalBatch { Run = run, Events = [e] }, default);
        }

        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    return times;
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}

static string FindScript()
{
    for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
    {
        var script = Path.Combine(at, "bench", "servers", "echo.mjs");
        if (File.Exists(script))
        {
            return script;
        }
    }

    throw new FileNotFoundException("bench/servers/echo.mjs was not found.");
}
