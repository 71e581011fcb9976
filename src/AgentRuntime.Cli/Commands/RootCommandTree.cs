using System.CommandLine;
using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli.Commands;

/// <summary>All commands.</summary>
internal static class RootCommandTree
{
    /// <summary>Builds the tree.</summary>
    public static RootCommand Build(ProcessHost process)
    {
        var root = new RootCommand("Runs AI-agent workflows whose steps call MCP tools. No workflow, agent, log or person holds the credential that a step uses.");
        SharedOptions.AddTo(root);
        root.Add(InitCommand.Create(process));
        root.Add(SchemaCommand.Create(process));
        root.Add(VersionCommand.Create(process));
        RemoveVersionOption(root);
        return root;
    }

    /// <summary>The version is a command of its own, with <c>--json</c>.</summary>
    private static void RemoveVersionOption(RootCommand root)
    {
        foreach (var option in root.Options.OfType<VersionOption>().ToArray())
        {
            root.Options.Remove(option);
        }
    }
}
