namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class InitTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_workspace_is_valid_private_and_kept_out_of_version_control()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);

        (await _folder.Command.RunAsync("validate")).Exits(0);
        Assert.Contains(".agentruntime/", await File.ReadAllTextAsync(_folder.File(".gitignore"), TestContext.Current.CancellationToken));
        Assert.True(File.Exists(_folder.File(".agentruntime/schemas/settings.v1.json")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File(".agentruntime")));
        }
    }

    [Fact]
    public async Task A_second_init_changes_nothing_and_says_so()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        _folder.Write("grants.json", """{ "grants": [] }""");

        var result = (await _folder.Command.RunAsync("init", "--json")).Exits(2);

        Assert.Equal("workspace_exists", result.Json().GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("""{ "grants": [] }""", await File.ReadAllTextAsync(_folder.File("grants.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Init_takes_a_folder_and_keeps_the_lines_of_a_gitignore()
    {
        _folder.Write("sub/.gitignore", "node_modules/\n");

        (await _folder.Command.RunAsync("init", "sub")).Exits(0);

        Assert.Equal(["node_modules/", ".agentruntime/"], await File.ReadAllLinesAsync(_folder.File("sub/.gitignore"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_command_finds_the_workspace_from_a_folder_below_it()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);

        (await (_folder.Command with { Folder = _folder.File("workflows") }).RunAsync("runs", "list")).Exits(0);
    }
}
