using Microsoft.Data.Sqlite;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class BrokenStoreTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    private string KeyFile => Directory.GetFiles(Path.Combine(_folder.Home, ".config", "agentruntime", "keys"), "*.key").Single();

    public async ValueTask InitializeAsync()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
        (await _folder.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "crm/read")).Exits(0);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_missing_key_is_unavailable_and_nothing_is_made_in_its_place()
    {
        var key = KeyFile;
        File.Move(key, key + ".away");

        await FailsAsync(4, "store_key_missing", "run", "lookup");

        Assert.False(File.Exists(key));
    }

    [Fact]
    public async Task The_key_of_another_workspace_is_an_integrity_failure()
    {
        using var other = new TestFolder();
        (await other.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(other, 1, 1);
        (await other.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "crm/read")).Exits(0);
        var foreign = Directory.GetFiles(Path.Combine(other.Home, ".config", "agentruntime", "keys"), "*.key").Single();
        File.Copy(foreign, KeyFile, overwrite: true);

        await FailsAsync(5, "store_wrong_key", "run", "lookup");
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        await FailsAsync(4, "store_permissions", "run", "lookup");
        var doctor = (await _folder.Command.RunAsync("doctor", "--json")).Exits(1).Json();
        Assert.Contains(doctor.GetProperty("checks").EnumerateArray(), check =>
            check.GetProperty("check").GetString() == "master key" && check.GetProperty("status").GetString() == "fail" && check.GetProperty("fix").GetString()!.Contains("chmod 600", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_store_is_an_integrity_failure()
    {
        var path = _folder.File(".agentruntime/secrets.db");
        await File.WriteAllBytesAsync(path, new byte[4096], TestContext.Current.CancellationToken);

        await FailsAsync(5, "store_damaged", "credentials", "list");
    }

    [Fact]
    public async Task The_filter_lets_nothing_pass_when_the_known_values_cannot_be_had()
    {
        File.Delete(KeyFile);

        var result = (await _folder.Command.RunWithAsync("a line\n", "scrub")).Exits(4);

        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_damaged_database_is_an_integrity_failure()
    {
        (await _folder.Command.RunAsync("runs", "list")).Exits(0);
        await File.WriteAllTextAsync(_folder.File(".agentruntime/runs.db"), new string('x', 8192), TestContext.Current.CancellationToken);

        await FailsAsync(5, "database_damaged", "runs", "list");
        await FailsAsync(5, "database_damaged", "run", "lookup");
    }

    [Fact]
    public async Task A_locked_database_is_unavailable_and_no_credential_is_read()
    {
        (await _folder.Command.RunAsync("runs", "list")).Exits(0);
        await using var locker = new SqliteConnection($"Data Source={_folder.File(".agentruntime/runs.db")};Pooling=False");
        await locker.OpenAsync(TestContext.Current.CancellationToken);
        await using var begin = locker.CreateCommand();
        begin.CommandText = "BEGIN EXCLUSIVE";
        await begin.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await FailsAsync(4, "database_unavailable", "run", "lookup");

        await locker.CloseAsync();
        var shown = (await _folder.Command.RunAsync("credentials", "show", "crm/read", "--json")).Exits(0).Json();
        Assert.Equal("null", shown.GetProperty("versions")[0].GetProperty("last_read").GetRawText());
    }

    private async Task FailsAsync(int exit, string code, params string[] command)
    {
        var result = (await _folder.Command.RunAsync([.. command, "--json"])).Exits(exit);

        Assert.Equal(code, result.Json().GetProperty("error").GetProperty("code").GetString());
    }
}
