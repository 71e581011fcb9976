using System.Diagnostics;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class PackagingTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_packed_tool_installs_from_a_folder_and_runs_the_demo()
    {
        TestEnvironment.RequireNode();
        var packages = Path.Combine(_folder.Root, "packages");
        var tools = Path.Combine(_folder.Root, "tools");
        await DotnetAsync("pack", Path.Combine(TestEnvironment.RepositoryRoot, "src", "AgentRuntime.Cli"), "-o", packages, "--no-build", "-c", TestEnvironment.Configuration, "-v", "q", "--nologo");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Root, "offline.config"),
            $"""<configuration><packageSources><clear /><add key="here" value="{packages}" /></packageSources></configuration>""",
            TestContext.Current.CancellationToken);

        await DotnetAsync("tool", "install", "AgentRuntime", "--tool-path", tools, "--configfile", Path.Combine(_folder.Root, "offline.config"));

        var installed = new CliProcess(Path.Combine(tools, "agentruntime"), _folder.Home, _folder.Workspace);
        Assert.True((await installed.RunAsync("demo", "--json")).Exits(0).Json().GetProperty("succeeded").GetBoolean());
        (await installed.RunAsync("init")).Exits(0);
        (await installed.RunAsync("validate")).Exits(0);
    }

    /// <summary>With a package cache of its own, so that the tool comes from the folder and nothing is left behind.</summary>
    private async Task DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _folder.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (arguments[0] == "tool")
        {
            start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.Root, "cache");
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {arguments[0]} exited with {process.ExitCode}:\n{output}\n{await errors}");
    }
}
