using System.Diagnostics;
using System.Globalization;
using AgentRuntime.Secrets;
using AgentRuntime.TestHost;

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
                Assert.Equal(StoreHost.Value(version), await store.ValueAsync("crm/read", version.ToString(CultureInfo.InvariantCulture)));
            }

            // The one under way when the process died is there as a whole or not at all.
            if (await store.GetAsync("crm/read", (acknowledged + 1).ToString(CultureInfo.InvariantCulture)) is SecretReadResult.Found found)
            {
                Assert.Equal(StoreHost.Value(++acknowledged), found.Material.Fields["value"].RevealString());
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
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "AgentRuntime.TestHost.dll"), "store", what, _folder.StorePath, Path.Combine(_folder.Root, "config") },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
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
