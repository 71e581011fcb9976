namespace AgentRuntime.Mcp.Processes;

/// <summary>Finds a program on a PATH, never in the working directory unless the command says so with a separator.</summary>
internal static class ProgramFinder
{
    /// <summary>The full path of <paramref name="command"/>, or <c>null</c>.</summary>
    /// <param name="command">A bare name, a path, or a path relative to <paramref name="workingDirectory"/> (with a separator).</param>
    /// <param name="path">The PATH to search; relative entries are skipped.</param>
    /// <param name="workingDirectory">The working directory, absolute.</param>
    public static string? Find(string command, string? path, string workingDirectory)
    {
        if (command.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) >= 0)
        {
            var full = Path.GetFullPath(command, workingDirectory);
            return IsProgram(full) ? full : null;
        }

        foreach (var folder in (path ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Path.IsPathFullyQualified(folder))
            {
                continue;
            }

            foreach (var extension in Extensions(command))
            {
                var candidate = Path.Combine(folder, command + extension);
                if (IsProgram(candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    private static string[] Extensions(string command) =>
        OperatingSystem.IsWindows() && !Path.HasExtension(command) ? [".exe", ".cmd", ".bat", ".com"] : [string.Empty];

    private static bool IsProgram(string file)
    {
        if (!File.Exists(file))
        {
            return false;
        }

        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & AnyExecute) != UnixFileMode.None;
    }
}
