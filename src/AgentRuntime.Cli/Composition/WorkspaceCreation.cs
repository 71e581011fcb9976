using AgentRuntime.Cli.Errors;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Composition;

/// <summary>Writes a new workspace; never changes a file that is there, except that it adds a line to <c>.gitignore</c>.</summary>
internal static class WorkspaceCreation
{
    /// <summary>Creates the workspace and returns the files written, relative to <paramref name="root"/>.</summary>
    /// <exception cref="CliException">There is a workspace already.</exception>
    public static IReadOnlyList<string> Create(string root, IdGenerator ids)
    {
        if (File.Exists(Path.Combine(root, WorkspaceTemplate.SettingsFile)))
        {
            throw new CliException(ExitCode.BadInput, "workspace_exists", $"{root} is a workspace already: it holds {WorkspaceTemplate.SettingsFile}. Nothing was changed.", "Run 'agentruntime doctor' there to check it.");
        }

        List<string> written = [];
        Directory.CreateDirectory(root);
        WorkspaceFolder.Identity(root, ids);
        Directory.CreateDirectory(Path.Combine(root, "servers"));
        Directory.CreateDirectory(Path.Combine(root, "workflows"));
        WriteSchemas(root);
        WriteNew(root, "grants.json", WorkspaceTemplate.Grants, written);
        AddIgnoredLine(root, written);
        WriteNew(root, WorkspaceTemplate.SettingsFile, WorkspaceTemplate.Settings, written);
        return written;
    }

    /// <summary>Writes the schemas that editors use, so that they work offline.</summary>
    public static void WriteSchemas(string root)
    {
        var folder = Path.Combine(root, WorkspaceTemplate.StateFolder, "schemas");
        Directory.CreateDirectory(folder);
        foreach (var file in SchemaFiles.Names)
        {
            File.WriteAllBytes(Path.Combine(folder, file), SchemaFiles.Read(file));
        }
    }

    private static void WriteNew(string root, string file, string text, List<string> written)
    {
        var path = Path.Combine(root, file);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, text);
            written.Add(file);
        }
    }

    private static void AddIgnoredLine(string root, List<string> written)
    {
        var path = Path.Combine(root, ".gitignore");
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (!lines.Contains(WorkspaceTemplate.IgnoredLine, StringComparer.Ordinal))
        {
            File.WriteAllLines(path, [.. lines, WorkspaceTemplate.IgnoredLine]);
            written.Add(".gitignore");
        }
    }
}
