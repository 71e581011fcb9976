using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Workspaces;

/// <summary>Reads the files of one workspace once.</summary>
internal sealed class WorkspaceLoader(string root, Func<string, bool>? isKnownCredential)
{
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _warnings = [];
    private readonly List<string> _files = [];
    private readonly Dictionary<string, IReadOnlyList<CleanException>> _exceptions = new(StringComparer.Ordinal);

    /// <summary>Settings, then servers, then workflows, which name servers, then grants, which name all of them.</summary>
    public WorkspaceLoad Load()
    {
        var settings = LoadSettings();
        var servers = LoadServers();
        var valid = servers.Values.OfType<ServerManifest>().ToDictionary(server => server.Name);
        var workflows = LoadWorkflows(valid);
        var grants = LoadGrants(new GrantTargets(workflows.Keys.ToHashSet(StringComparer.Ordinal), servers));
        var workspace = settings is null ? null : new Workspace
        {
            Root = root,
            Settings = settings,
            Servers = valid,
            Grants = grants,
            Workflows = workflows.Values.OfType<WorkflowDefinition>().ToDictionary(workflow => workflow.Name),
            CleanExceptions = _exceptions,
        };
        return new WorkspaceLoad(workspace, [.. _problems.OrderBy(problem => _files.IndexOf(problem.File)).ThenBy(problem => problem.Line).ThenBy(problem => problem.Column)], _files) { Warnings = _warnings };
    }

    private WorkspaceSettings? LoadSettings()
    {
        if (!File.Exists(Path.Combine(root, Workspace.SettingsFile)))
        {
            _files.Add(Workspace.SettingsFile);
            _problems.Add(new Problem(Workspace.SettingsFile, string.Empty, 0, 0, ProblemCodes.MissingFile, "The folder is no workspace: it has no agentruntime.json.", "Run 'agentruntime init', or name the folder with --workspace."));
            return null;
        }

        return Read(Workspace.SettingsFile) is { } bytes ? Take(SettingsParser.Parse(Workspace.SettingsFile, bytes, root)) : null;
    }

    private Dictionary<string, ServerManifest?> LoadServers()
    {
        var servers = new Dictionary<string, ServerManifest?>(StringComparer.Ordinal);
        foreach (var (file, name) in FilesOf("servers"))
        {
            servers[name] = Read(file) is { } bytes ? LoadServer(file, bytes, name) : null;
        }

        return servers;
    }

    private ServerManifest? LoadServer(string file, byte[] bytes, string name)
    {
        var manifest = Take(ServerManifestParser.Parse(file, bytes, root, name));
        if (manifest is not null)
        {
            _warnings.AddRange(ManifestWarnings.Of(manifest, file, bytes));
        }

        return manifest;
    }

    private Dictionary<string, WorkflowDefinition?> LoadWorkflows(Dictionary<ServerName, ServerManifest> servers)
    {
        var workflows = new Dictionary<string, WorkflowDefinition?>(StringComparer.Ordinal);
        foreach (var (file, name) in FilesOf("workflows"))
        {
            workflows[name] = Read(file) is { } bytes ? LoadWorkflow(file, bytes, servers) : null;
        }

        return workflows;
    }

    private WorkflowDefinition? LoadWorkflow(string file, byte[] bytes, Dictionary<ServerName, ServerManifest> servers)
    {
        if (JsonSource.Parse(file, bytes, JsonDialect.Strict, []) is { } source && CleanDefinitionCheck.Exceptions(source) is { Count: > 0 } exceptions)
        {
            _exceptions[file] = exceptions;
        }

        return Take(WorkflowParser.Parse(file, bytes, servers, isKnownCredential));
    }

    private GrantSet LoadGrants(GrantTargets known)
    {
        const string file = "grants.json";
        return File.Exists(Path.Combine(root, file)) && Read(file) is { } bytes && Take(GrantsParser.Parse(file, bytes, known)) is { } grants
            ? grants
            : new GrantSet([]);
    }

    private T? Take<T>(Checked<T> result)
        where T : class
    {
        _problems.AddRange(result.Problems);
        return result.IsValid ? result.Value : null;
    }

    /// <summary>The JSON files of a folder with their names, in the order of the names.</summary>
    private IEnumerable<(string File, string Name)> FilesOf(string folder)
    {
        var path = Path.Combine(root, folder);
        if (!Directory.Exists(path))
        {
            return [];
        }

        return Directory.EnumerateFiles(path, "*.json")
            .Select(file => Path.GetFileName(file))
            .Where(file => !file.StartsWith('.'))
            .Order(StringComparer.Ordinal)
            .Select(file => ($"{folder}/{file}", Path.GetFileNameWithoutExtension(file)));
    }

    private byte[]? Read(string file)
    {
        _files.Add(file);
        try
        {
            var info = new FileInfo(Path.Combine(root, file));
            if (info.Length > JsonSource.MaxBytes)
            {
                _problems.Add(new Problem(file, string.Empty, 0, 0, ProblemCodes.TooLarge, $"The file is larger than {JsonSource.MaxBytes} bytes.", "Split it, or move data out of it."));
                return null;
            }

            return File.ReadAllBytes(info.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _problems.Add(new Problem(file, string.Empty, 0, 0, ProblemCodes.Unreadable, $"The file cannot be read ({error.GetType().Name}).", "Check that it exists and that you may read it."));
            return null;
        }
    }
}
