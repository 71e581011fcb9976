using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Commands;

/// <summary>What one command has to work with.</summary>
/// <param name="Arguments">The parsed command line.</param>
/// <param name="Globals">The options of every command.</param>
/// <param name="Output">The only way to say something.</param>
/// <param name="Process">The process.</param>
internal sealed record CommandContext(ParseResult Arguments, GlobalOptions Globals, IOutput Output, ProcessHost Process)
{
    /// <summary>The folder of the workspace: the one that is named, or the nearest with <c>agentruntime.json</c>; <c>null</c> when there is none.</summary>
    /// <exception cref="CliException">A folder is named and is no workspace.</exception>
    public string? FindWorkspace()
    {
        if (Globals.Workspace is not { } named)
        {
            return Workspace.Find(Directory.GetCurrentDirectory());
        }

        var root = Path.GetFullPath(named);
        return File.Exists(Path.Combine(root, WorkspaceTemplate.SettingsFile))
            ? root
            : throw new CliException(ExitCode.BadInput, "no_workspace", $"{root} is no workspace: it has no {WorkspaceTemplate.SettingsFile}.", $"Create one with 'agentruntime init {named}'.");
    }

    /// <summary>The folder of the workspace; an error that says where it was looked for.</summary>
    public string RequireWorkspace() => FindWorkspace() ?? throw new CliException(
        ExitCode.BadInput,
        "no_workspace",
        $"There is no workspace: neither {Directory.GetCurrentDirectory()} nor a folder above it holds {WorkspaceTemplate.SettingsFile}.",
        "Create one with 'agentruntime init', or name one with --workspace DIR.");

    /// <summary>Opens the workspace.</summary>
    public WorkspaceHost OpenWorkspace(Strictness strictness) => OpenWorkspace(RequireWorkspace(), strictness);

    /// <summary>Opens the workspace in <paramref name="root"/>.</summary>
    /// <exception cref="CliException">Its files have problems that matter.</exception>
    public WorkspaceHost OpenWorkspace(string root, Strictness strictness)
    {
        var load = Workspace.Load(root);
        if (load.Workspace is not { } workspace || (strictness == Strictness.Everything && !load.IsValid))
        {
            throw Invalid(root, load);
        }

        return new WorkspaceHost(Process, workspace, Globals) { Warnings = load.Warnings, Problems = load.Problems };
    }

    /// <summary>Opens the workspace for a command that lists what the manifests name, and says which files were left out of that because they have problems.</summary>
    public WorkspaceHost OpenToList()
    {
        var host = OpenWorkspace(Strictness.SettingsOnly);
        if (host.Problems.Count > 0)
        {
            var files = host.Problems.Select(problem => problem.File).Distinct(StringComparer.Ordinal);
            Output.Note($"Left out, because of problems: {string.Join(", ", files)}. Run 'agentruntime validate'.", Tone.Warn);
        }

        return host;
    }

    /// <summary>Opens a workspace without problems whose definitions hold no stored credential, and makes the scrubber know every stored value.</summary>
    /// <exception cref="CliException">Its files have problems.</exception>
    public async Task<WorkspaceHost> OpenToRunAsync(CancellationToken cancellationToken)
    {
        var root = RequireWorkspace();
        var host = OpenWorkspace(root, Strictness.Everything);
        try
        {
            await host.SeedScrubberAsync(cancellationToken);
            return host.CheckAgainstKnownValues() is { IsValid: false } refused ? throw Invalid(root, refused) : host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private static CliException Invalid(string root, WorkspaceLoad load) =>
        new(new CliError(ExitCode.BadInput, "invalid_workspace", $"The workspace {root} has {load.Problems.Count} {(load.Problems.Count == 1 ? "problem" : "problems")}.", "Mend them and check with 'agentruntime validate'.") { Problems = load.Problems });
}
