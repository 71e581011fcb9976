using System.CommandLine;
using AgentRuntime.Cli.Commands.Audit;
using AgentRuntime.Cli.Commands.Credentials;
using AgentRuntime.Cli.Commands.Runs;
using AgentRuntime.Cli.Commands.Servers;
using AgentRuntime.Cli.Commands.Vault;
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
        root.Add(DemoCommand.Create(process));
        root.Add(ValidateCommand.Create(process));
        root.Add(RunCommand.Create(process));
        root.Add(RunsCommand.Create(process));
        root.Add(CredentialsCommand.Create(process));
        root.Add(ServersCommand.Create(process));
        root.Add(AuditCommand.Create(process));
        root.Add(VaultCommand.Create(process));
        root.Add(DoctorCommand.Create(process));
        root.Add(LeakCheckCommand.Create(process));
        root.Add(ScrubCommand.Create(process));
        root.Add(ConformanceClientCommand.Create(process));
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
