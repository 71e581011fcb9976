using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Demo;

/// <summary>The temporary workspace of a demo: a copy of the sample workspace that names the demo's own ports and a key file of its own.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool _keep;

    private DemoFolder(string root, bool keep)
    {
        Root = root;
        _keep = keep;
    }

    /// <summary>Everything of this demo.</summary>
    public string Root { get; }

    /// <summary>The workspace.</summary>
    public string Workspace => Path.Combine(Root, "workspace");

    /// <summary>The anchor of the audit chain, in the user's configuration folder.</summary>
    public string AnchorFile { get; private init; } = string.Empty;

    /// <summary>The samples that are packed with the command.</summary>
    private static string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "samples");

    /// <summary>The programs of the sample services.</summary>
    public static string Servers { get; } = Path.Combine(Samples, "servers");

    /// <summary>Copies the workspace; call <see cref="Rewrite"/> once the ports are known.</summary>
    public static DemoFolder Create(IdGenerator ids, bool keep)
    {
        if (!Directory.Exists(Servers))
        {
            throw new CliException(ExitCode.Unavailable, "samples_missing", $"The samples are not beside the command: there is no {Servers}.", "Install the tool again.");
        }

        var root = Path.Combine(Path.GetTempPath(), $"agentruntime-demo-{ids.NewId()}");
        CreatePrivate(root);
        Copy(Path.Combine(Samples, "workspace"), Path.Combine(root, "workspace"));
        var folder = new DemoFolder(root, keep) { AnchorFile = WorkspaceFolder.AnchorFile(WorkspaceFolder.Identity(Path.Combine(root, "workspace"), ids)) };
        WorkspaceCreation.WriteSchemas(folder.Workspace);
        return folder;
    }

    /// <summary>Names the ports that the services took, and the folder of their programs.</summary>
    public void Rewrite(IEnumerable<RunningService> services)
    {
        var files = Directory.GetFiles(Path.Combine(Workspace, "servers"), "*.json");
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            foreach (var service in services)
            {
                text = text.Replace($"127.0.0.1:{service.Service.Port}", service.Address.Authority, StringComparison.Ordinal);
            }

            File.WriteAllText(file, text.Replace("\"../servers\"", JsonText(Servers), StringComparison.Ordinal));
        }

        // The key is kept beside the demo and goes with it, so that nothing is left in the user's configuration.
        var settings = Path.Combine(Workspace, WorkspaceTemplate.SettingsFile);
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("{ \"source\": \"user_file\" }", $"{{ \"source\": \"file\", \"path\": {JsonText(Path.Combine(Root, "master.key"))} }}", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Root, recursive: true);
            File.Delete(AnchorFile);
            File.Delete(AnchorFile + ".lock");
        }
    }

    private static string JsonText(string text) => $"\"{System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from).Where(folder => Path.GetFileName(folder) != WorkspaceTemplate.StateFolder))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
