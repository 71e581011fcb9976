using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class PassphraseTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_with_a_passphrase_opens_through_a_file_descriptor_and_no_other_passphrase_opens_it()
    {
        await PrepareAsync();
        var right = SampleKeys.NewText();

        (await RunAsync(right, SampleKeys.NewText(), "credentials", "set", "crm/read")).Exits(0);
        (await RunAsync(right, null, "credentials", "show", "crm/read")).Exits(0);
        var refused = (await RunAsync(SampleKeys.NewText(), null, "credentials", "show", "crm/read", "--json")).Exits(5);

        Assert.Equal("store_wrong_key", refused.Json().GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Without_a_descriptor_and_a_terminal_the_store_is_unavailable_and_not_made()
    {
        await PrepareAsync();

        var result = (await _folder.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "crm/read", "--json")).Exits(4);

        Assert.Equal("store_no_passphrase", result.Json().GetProperty("error").GetProperty("code").GetString());
        Assert.False(File.Exists(_folder.File(".agentruntime/secrets.db")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("10")]
    [InlineData("999")]
    public async Task A_descriptor_that_the_caller_did_not_open_is_refused_at_once(string number)
    {
        await PrepareAsync();

        var result = (await _folder.Command.RunAsync("credentials", "list", "--json", "--passphrase-fd", number)).Exits(2);

        Assert.Equal("bad_passphrase_fd", result.Json().GetProperty("error").GetProperty("code").GetString());
    }

    private async Task PrepareAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File descriptors of a shell are needed.");
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
        var settings = await File.ReadAllTextAsync(_folder.File("agentruntime.json"), TestContext.Current.CancellationToken);
        _folder.Write("agentruntime.json", settings.Replace("\"user_file\"", "\"passphrase\"", StringComparison.Ordinal));
    }

    /// <summary>Runs the command below a shell that opens the passphrase as descriptor 3.</summary>
    private async Task<CliResult> RunAsync(string passphrase, string? input, params string[] arguments)
    {
        var file = Path.Combine(_folder.Root, "passphrase");
        await File.WriteAllTextAsync(file, passphrase + "\n", TestContext.Current.CancellationToken);
        var shell = _folder.Command with { Program = "/bin/sh" };
        string[] line = ["-c", $"exec \"$0\" \"$@\" --passphrase-fd 3 3< {file}", BuiltCommand.Path, .. arguments];
        return input is null ? await shell.RunAsync(line) : await shell.RunWithAsync(input, line);
    }
}
