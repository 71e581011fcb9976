using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Workspaces;

/// <summary>A folder of small JSON files, checked. Immutable; thread-safe.</summary>
public sealed record Workspace
{
    /// <summary>The file that makes a folder a workspace.</summary>
    public const string SettingsFile = "agentruntime.json";

    /// <summary>The folder, absolute.</summary>
    public required string Root { get; init; }

    /// <summary>The settings.</summary>
    public required WorkspaceSettings Settings { get; init; }

    /// <summary>The servers whose manifests are valid.</summary>
    public required IReadOnlyDictionary<ServerName, ServerManifest> Servers { get; init; }

    /// <summary>The grants; none when the file has any problem.</summary>
    public required GrantSet Grants { get; init; }

    /// <summary>The workflows whose definitions are valid.</summary>
    public required IReadOnlyDictionary<WorkflowName, WorkflowDefinition> Workflows { get; init; }

    /// <summary>What authors declared to be false alarms, by the file that says so.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CleanException>> CleanExceptions { get; init; } = new Dictionary<string, IReadOnlyList<CleanException>>(StringComparer.Ordinal);

    /// <summary>Reads every file of a workspace and finds all problems of all files at once.</summary>
    /// <param name="root">The workspace's folder.</param>
    /// <param name="isKnownCredential">Whether a text holds the known value of a credential; such a text is refused without exception.</param>
    public static WorkspaceLoad Load(string root, Func<string, bool>? isKnownCredential = null) => new WorkspaceLoader(Path.GetFullPath(root), isKnownCredential).Load();

    /// <summary>The folder that holds <c>agentruntime.json</c>: this one or the nearest parent, absolute; <c>null</c> when there is none.</summary>
    public static string? Find(string startFolder)
    {
        for (var folder = Path.GetFullPath(startFolder); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, SettingsFile)))
            {
                return folder;
            }
        }

        return null;
    }
}

/// <summary>What loading a workspace gave.</summary>
/// <param name="Workspace">
/// What is valid in it. <c>null</c> only when the settings are not: commands that need no workflow (such as <c>audit list</c>) can go on while a workflow has problems.
/// </param>
/// <param name="Problems">All problems of all files, by file and place.</param>
/// <param name="Files">The files that were checked, relative to the workspace.</param>
public sealed record WorkspaceLoad(Workspace? Workspace, IReadOnlyList<Problem> Problems, IReadOnlyList<string> Files)
{
    /// <summary>What is allowed and still worth a second look, by file. Does not make the workspace invalid.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>Whether there are no problems.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Workspace))]
    public bool IsValid => Problems.Count == 0 && Workspace is not null;
}
