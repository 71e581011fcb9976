using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.EndToEnd.Tests.Repository;

/// <summary>What the README tells a reader to type works as it stands there.</summary>
public sealed partial class ReadmeTests
{
    // What the comments of the block ask the reader to do by hand: add files, and answer the prompt for the value.
    private const string AddFiles = "cp -r ../../files/. .";

    private static readonly string Readme = File.ReadAllText(Path.Combine(TestEnvironment.RepositoryRoot, "README.md"));

    [Fact]
    public async Task The_commands_under_use_it_work_in_their_order()
    {
        TestEnvironment.RequireNode();
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TestFolder();
        var key = SampleKeys.NewText();
        await using var crm = await SampleServer.StartAsync("crm", new Dictionary<string, JsonNode> { ["read"] = key, ["write"] = SampleKeys.NewText() }, cancellation);
        Prepare(folder, crm.Port);
        File.WriteAllText(Path.Combine(folder.Root, "key"), key);
        var lines = Block("my-workspace").Select(line => line switch
        {
            _ when line.StartsWith("cd ", StringComparison.Ordinal) => $"{line}\n{AddFiles}",
            _ when line.Contains("credentials set", StringComparison.Ordinal) => line.Split('#')[0] + "< ../../key",
            _ => line,
        });

        var (exitCode, output) = await BashAsync(folder, string.Join('\n', lines));

        Assert.True(exitCode == 0, output);
        Assert.Contains("Hello, ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(key, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_command_runs_the_example()
    {
        TestEnvironment.RequireNode();
        using var folder = new TestFolder();

        var (exitCode, output) = await BashAsync(folder, $"cd '{TestEnvironment.RepositoryRoot}'\n{string.Join('\n', Block("./demo.sh"))}");

        Assert.True(exitCode == 0, output);
        Assert.Contains("0 hits", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_block_of_commands_is_run_by_a_test()
    {
        // ./test.sh runs this test.
        string[] known = ["./demo.sh", "./test.sh", "my-workspace"];

        Assert.All(Blocks(), block => Assert.Contains(known, name => block.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_relative_link_of_the_documents_leads_somewhere()
    {
        var root = TestEnvironment.RepositoryRoot;
        var documents = Directory.EnumerateFiles(root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories));

        var broken = documents.SelectMany(document => Link().Matches(File.ReadAllText(document))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target)))
            .Select(target => $"{Path.GetRelativePath(root, document)}: {target}"));

        Assert.Empty(broken);
    }

    private static IEnumerable<string> Blocks() => Fence().Matches(Readme).Select(match => match.Groups["text"].Value);

    private static string[] Block(string holding) =>
        Blocks().Single(block => block.Contains(holding, StringComparison.Ordinal)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void Prepare(TestFolder folder, int port)
    {
        var samples = Path.Combine(TestEnvironment.RepositoryRoot, "samples", "workspace");
        var files = Directory.CreateDirectory(Path.Combine(folder.Root, "files")).FullName;
        Directory.CreateDirectory(Path.Combine(files, "servers"));
        Directory.CreateDirectory(Path.Combine(files, "workflows"));
        File.Copy(Path.Combine(samples, "workflows", "hello-crm.json"), Path.Combine(files, "workflows", "hello-crm.json"));
        var manifest = File.ReadAllText(Path.Combine(samples, "servers", "crm.json")).Replace(":7001", FormattableString.Invariant($":{port}"), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(files, "servers", "crm.json"), manifest);
        File.WriteAllText(Path.Combine(files, "grants.json"), """{ "grants": [{ "workflow": "hello-crm", "server": "crm", "scopes": ["read"] }] }""");

        // The repository's root, which the README puts on the PATH.
        File.CreateSymbolicLink(Path.Combine(folder.Workspace, "agentruntime"), BuiltCommand.Path);
    }

    private static async Task<(int ExitCode, string Output)> BashAsync(TestFolder folder, string script)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-c", script])
        {
            WorkingDirectory = folder.Workspace,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // demo.sh may build, which needs the packages in the real home; the demo itself writes nothing there.
        start.Environment["HOME"] = script.Contains("./demo.sh", StringComparison.Ordinal) ? start.Environment["HOME"] : folder.Home;
        using var bash = Process.Start(start)!;
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, await output + await errors);
    }

    [GeneratedRegex("```sh\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)[^)]*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
