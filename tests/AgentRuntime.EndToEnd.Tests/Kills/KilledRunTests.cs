using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Kills;

/// <summary>The real command, killed with SIGKILL at random points, several at a time, again and again over one workspace and one database.</summary>
public sealed class KilledRunTests
{
    private const int Kills = 51;
    private const int AtOnce = 3;

    // The lines that a whole run prints before its end.
    private const int Lines = 40;

    private static readonly string[] Truths = ["succeeded", "not_started", "in_doubt", "interrupted"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tells_the_truth_about_every_step_after_each_of_51_kills_and_repeats_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGKILL.");
        await using var workspace = await KillWorkspace.CreateAsync(Ct);
        await workspace.StoreKeysAsync();
        var seed = Environment.ProcessId;
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var acknowledged = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var shown = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (var kill = 0; kill < Kills; kill += AtOnce)
        {
            var points = Enumerable.Range(kill, AtOnce).Select(i => (Label: $"k{i}", Line: random.Next(Lines), More: TimeSpan.FromMilliseconds(random.Next(12)))).ToList();
            var killed = await Task.WhenAll(points.Select(point => RunAndKillAsync(workspace, point.Label, point.Line, point.More)));
            foreach (var (point, lines) in points.Zip(killed))
            {
                acknowledged[point.Label] = lines;
            }

            await ChildrenEndAsync(workspace.Api);
            await ShowNewRunsAsync(workspace, shown);
            (await workspace.Command.RunAsync("audit", "verify")).Exits(0);
        }

        await CheckAsync(workspace, acknowledged, shown);
        Assert.True(shown.Values.Count(run => run.GetProperty("status").GetString() == "interrupted") > Kills / 2, "Too few runs were killed in the middle for this to prove anything.");

        // The same database still serves a run that nobody kills.
        (await workspace.Command.RunAsync("run", "busy", "--input", "label=last")).Exits(0);
        (await workspace.Command.RunAsync("audit", "verify")).Exits(0);
    }

    private static async Task<IReadOnlyList<string>> RunAndKillAsync(KillWorkspace workspace, string label, int afterLines, TimeSpan andMore)
    {
        using var process = workspace.Command.Start("run", "busy", "--input", $"label={label}");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(Ct);
        var lines = new List<string>();
        while (lines.Count < afterLines && await process.StandardOutput.ReadLineAsync(Ct) is { } line)
        {
            lines.Add(line);
        }

        // Not a wait for anything: it moves the kill into the middle of calls and commits.
        await Task.Delay(andMore, TimeProvider.System, Ct);
        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync(Ct);
        lines.AddRange(rest.Split('\n')[..^1]);
        await process.WaitForExitAsync(Ct);
        Assert.DoesNotContain("Unhandled", await errors, StringComparison.Ordinal);
        return lines;
    }

    private static async Task ShowNewRunsAsync(KillWorkspace workspace, Dictionary<string, JsonElement> shown)
    {
        var known = shown.Values.Select(run => run.GetProperty("run_id").GetString()).ToHashSet(StringComparer.Ordinal);
        var list = (await workspace.Command.RunAsync("runs", "list", "--json")).Exits(0).Json();
        foreach (var id in list.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()!).Where(id => !known.Contains(id)))
        {
            var run = (await workspace.Command.RunAsync("runs", "show", id, "--json")).Exits(0).Json();
            shown.Add(run.GetProperty("input").GetProperty("label").GetString()!, run);
        }
    }

    private static async Task CheckAsync(KillWorkspace workspace, Dictionary<string, IReadOnlyList<string>> acknowledged, Dictionary<string, JsonElement> shown)
    {
        var calls = await workspace.CallsAsync(Ct);
        var audit = (await workspace.Command.RunAsync("audit", "export", "--format", "jsonl")).Exits(0).JsonLines();
        var intents = audit.Where(entry => Text(entry, "phase") == "intent" && Text(entry, "decision") == "allowed")
            .Select(entry => (Text(entry, "run_id"), Text(entry, "step_id"), Text(entry, "credential")))
            .ToHashSet();
        foreach (var (label, lines) in acknowledged)
        {
            var finished = lines.Where(line => line.Contains(" step succeeded ", StringComparison.Ordinal)).Select(StepOf).ToList();
            if (!shown.TryGetValue(label, out var run))
            {
                Assert.DoesNotContain(lines, line => line.Contains(" run started ", StringComparison.Ordinal));
                continue;
            }

            var id = run.GetProperty("run_id").GetString()!;
            var steps = run.GetProperty("steps").EnumerateArray().ToDictionary(step => Text(step, "id")!, step => step, StringComparer.Ordinal);
            var served = calls.Where(call => call.Run == id).ToList();

            // Whatever was said to be done is done.
            Assert.All(finished, step => Assert.Equal("succeeded", Text(steps[step], "status")));
            if (lines.Any(line => line.Contains(" run succeeded ", StringComparison.Ordinal)))
            {
                Assert.Equal("succeeded", Text(run, "status"));
            }

            Assert.Contains(Text(run, "status"), new[] { "interrupted", "succeeded" });
            Assert.All(steps.Values, step => Assert.Contains(Text(step, "status"), Truths));

            // What the services saw happened once, after an intent, and is not denied.
            Assert.Equal(served.Count, served.Select(call => call.Step).Distinct(StringComparer.Ordinal).Count());
            Assert.All(served, call => Assert.Contains((call.Run, call.Step, call.Credential), intents));
            foreach (var call in served)
            {
                var status = Text(steps[call.Step], "status");
                var mayRepeat = call.Tool is "crm/find_customer" or "crm/update_customer" or "documents/search_documents";
                Assert.True(status == "succeeded" || status == (mayRepeat ? "interrupted" : "in_doubt"), $"{label}: {call.Step} was served and is shown as {status}.");
            }

            // And what is shown as done with a credential was served.
            var done = steps.Values.Where(step => Text(step, "status") == "succeeded" && Text(step, "credential") is not null).Select(step => Text(step, "id")!);
            Assert.Empty(done.Except(served.Select(call => call.Step), StringComparer.Ordinal));
        }
    }

    // Their pipe to the killed process is gone, which ends them.
    private static async Task ChildrenEndAsync(string api)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0') is var arguments && arguments.Contains("documents.mjs", StringComparer.Ordinal) && arguments.Contains(api, StringComparer.Ordinal))
                {
                    using var child = Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
                    await child.WaitForExitAsync(limit.Token);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // It has ended already.
            }
        }
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string StepOf(string line)
    {
        const string mark = " step succeeded ";
        var rest = line[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..];
        return rest.Split(' ')[0];
    }
}
