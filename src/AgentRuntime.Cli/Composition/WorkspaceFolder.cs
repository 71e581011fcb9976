using AgentRuntime.Cli.Errors;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Composition;

/// <summary>What the runtime keeps for a workspace outside and inside its folder.</summary>
internal static class WorkspaceFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder of everything that the runtime writes; created for its owner only.</summary>
    public static string State(string root)
    {
        var path = Path.Combine(root, WorkspaceTemplate.StateFolder);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }

        return path;
    }

    /// <summary>The workspace's id; made at the first need, because a workspace that was cloned has none.</summary>
    public static string Identity(string root, IdGenerator ids)
    {
        var file = Path.Combine(State(root), "id");
        try
        {
            using var created = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            created.Write(System.Text.Encoding.ASCII.GetBytes(ids.NewId() + "\n"));
        }
        catch (IOException) when (File.Exists(file))
        {
            // Somebody made it before.
        }

        var id = File.ReadAllText(file).Trim();
        return Name.IsValid(id)
            ? id
            : throw new CliException(ExitCode.Integrity, "workspace_id_damaged", $"The file {file} does not hold the id of a workspace.", "Restore it from a backup: the master key and the audit anchor are named by it.");
    }

    /// <summary>The user's configuration folder, such as <c>~/.config</c>.</summary>
    public static string Configuration()
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0
            ? folder
            : throw new CliException(ExitCode.Unavailable, "no_home", "This user has no configuration folder, so there is no place for the master key.", "Give the user a home folder, or name a key file: secrets.embedded.master_key {\"source\": \"file\", \"path\": ...}.");
    }

    /// <summary>The file that anchors the head of the audit chain.</summary>
    public static string AnchorFile(string id) => Path.Combine(Configuration(), "agentruntime", "anchors", $"{id}.json");

    /// <summary>The user's key file of the workspace.</summary>
    public static string UserKeyFile(string id) => Path.Combine(Configuration(), "agentruntime", "keys", $"{id}.key");
}
