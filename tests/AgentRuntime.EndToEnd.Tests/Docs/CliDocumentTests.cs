using System.Globalization;
using System.Text.RegularExpressions;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Docs;

public sealed partial class CliDocumentTests : IDisposable
{
    private static readonly string Document = File.ReadAllText(Path.Combine(TestEnvironment.RepositoryRoot, "docs", "cli.md"));
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_example_that_is_marked_so_runs_as_it_says()
    {
        var commands = RunnableBlocks().Matches(Document).SelectMany(block => block.Groups["commands"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();

        Assert.True(commands.Count >= 20);
        foreach (var command in commands)
        {
            var parts = command.Split(" # exit ");
            var arguments = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("agentruntime", arguments[0]);
            (await _folder.Command.RunAsync(arguments[1..])).Exits(parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        }
    }

    [Fact]
    public async Task Every_command_is_in_the_document()
    {
        var help = (await _folder.Command.RunAsync("--help")).Exits(0).Output;

        var commands = CommandLines().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(line => line.Groups["name"].Value).ToList();
        Assert.Equal(14, commands.Count);
        Assert.All(commands, command => Assert.Contains($"agentruntime {command}", Document));
    }

    [GeneratedRegex("```sh run\n(?<commands>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex RunnableBlocks();

    [GeneratedRegex("^  (?<name>[a-z-]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CommandLines();
}
