using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

/// <summary>Another process writes and is killed in the middle; what it was told to be stored must be there.</summary>
public sealed class EmbeddedCrash : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Loses_nothing_that_was_acknowledged_when_the_writer_is_killed()
    {
        var random = new Random(7);
        var acknowledged = 0;
        for (var kill = 0; kill < 5; kill++)
        {
            acknowledged = await WriteUntilKilledAsync("set", acknowledged + random.Next(1, 12));
            await using var store = await _folder.OpenAsync();
            Assert.Equal(SecretFailureKind.Missing, (await store.FailureAsync("crm/read", (acknowledged + 2).ToString(CultureInfo.InvariantCulture))).Kind);
            for (var version = 1; version <= acknowledged; version++)
            {
                Assert.Equal(StoreWriter.Value(version), await store.ValueAsync("crm/read", version.ToString(CultureInfo.InvariantCulture)));
            }

            // The one under way when the process died is there as a whole or not at all.
            if (await store.GetAsync("crm/read", (acknowledged + 1).ToString(CultureInfo.InvariantCulture)) is SecretReadResult.Found found)
            {
                Assert.Equal(StoreWriter.Value(++acknowledged), found.Material.Fields["value"].RevealString());
            }
        }
    }

    [Fact]
    public async Task Opens_after_a_kill_in_the_middle_of_a_change_of_the_master_key()
    {
        await using (var store = await _folder.OpenAsync())
        {
            for (var i = 0; i < 20; i++)
            {
                await store.PutAsync($"server{i}/read", $"value {i}");
            }
        }

        for (var kill = 0; kill < 5; kill++)
        {
            await WriteUntilKilledAsync("rewrap", 1 + kill);
            await using var store = await _folder.OpenAsync();
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal($"value {i}", await store.ValueAsync($"server{i}/read"));
            }
        }
    }

    /// <summary>Gives the last number that the writer acknowledged before it was killed.</summary>
    private async Task<int> WriteUntilKilledAsync(string what, int enough)
    {
        var program = Path.ChangeExtension(typeof(EmbeddedCrash).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[StoreWriter.Variable] = $"{what}|{_folder.Root}";
        using var process = Process.Start(start)!;
        try
        {
            var last = 0;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                last = int.Parse(line, CultureInfo.InvariantCulture);
                if (last >= enough && !process.HasExited)
                {
                    process.Kill();
                }
            }

            Assert.True(last >= enough, $"The writer ended by itself after {last}.");
            return last;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}

/// <summary>The program that is killed: this test assembly, started with a variable that says so.</summary>
internal static class StoreWriter
{
    public const string Variable = "AGENTRUNTIME_TEST_STORE_WRITER";

    public static string Value(int version) => $"value {version} {new string('x', version % 50 * 40)}";

    /// <remarks>Until it returns, no other thread can run code of this assembly; so it waits for each operation of the store on the first thread.</remarks>
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } order)
        {
            return;
        }

        try
        {
            var parts = order.Split('|');
            Write(parts[0], new StoreFolder(parts[1]));
        }
        finally
        {
            // Also when nobody listens any more.
            Environment.Exit(1);
        }
    }

    private static void Write(string what, StoreFolder folder)
    {
        var store = Wait(folder.OpenAsync());
        var credential = CredentialName.Parse("crm/read");
        var next = Wait(store.DescribeAsync(credential, CancellationToken.None).AsTask())?.Versions.Count ?? 0;
        while (true)
        {
            next++;
            if (what == "set")
            {
                using var value = SecretValue.CopyUtf8(Value(next));
                var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = value };
                Assert.True(Wait(store.SetAsync(credential, fields, StoreFolder.Owner, CancellationToken.None).AsTask()).Succeeded);
            }
            else
            {
                Wait(store.RewrapAsync(folder.Key, StoreFolder.Owner, CancellationToken.None));
            }

            Console.Out.WriteLine(next);
            Console.Out.Flush();
        }
    }

#pragma warning disable VSTHRD002 // See the remarks above.
    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
