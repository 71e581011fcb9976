using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Composition;

/// <summary>The token of the person who types a command on credentials, in a file; never the runtime's own, and never a step's.</summary>
internal static class OperatorToken
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// The file that is named, whose permissions are checked when it is read; else, for commands that take one, <c>~/.vault-token</c> when only its owner can
    /// use it; else <c>null</c>: the runtime's own identity.
    /// </summary>
    public static string? Find(GlobalOptions globals)
    {
        if (globals.TokenFile is { } named)
        {
            return Path.GetFullPath(named);
        }

        var file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".vault-token");
        return globals.TakesTokenFile && File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Others) == UnixFileMode.None) ? file : null;
    }
}
