using System.Diagnostics.CodeAnalysis;

namespace AgentRuntime.Mcp.Processes;

/// <summary>Composes the environment of one child process: an allow-list of the runtime's own, the manifest's settings, then the credential.</summary>
internal static class ChildEnvironment
{
    private static readonly string[] PosixNames = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"];

    private static readonly string[] WindowsNames =
    [
        "PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TEMP", "TMP", "USERPROFILE", "HOMEDRIVE", "HOMEPATH",
        "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROCESSOR_ARCHITECTURE", "USERNAME",
    ];

    private static readonly string[] RefusedNames = ["NODE_OPTIONS", "PYTHONSTARTUP", "BASH_ENV"];
    private static readonly string[] RefusedPrefixes = ["LD_", "DYLD_"];

    /// <summary>The names that a child takes over from the runtime, where they are set.</summary>
    public static IReadOnlyList<string> InheritedNames => OperatingSystem.IsWindows() ? WindowsNames : PosixNames;

    /// <summary>Whether a manifest or a credential may set this variable: not when it makes an interpreter or the loader run other code.</summary>
    public static bool IsRefused(string name) =>
        RefusedNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        || RefusedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reduces <paramref name="environment"/> (a copy of the runtime's own) to the allow-list and adds <paramref name="settings"/>.</summary>
    /// <returns>Whether all names were acceptable; <paramref name="refused"/> names the first that was not.</returns>
    public static bool TryReduce(IDictionary<string, string?> environment, IEnumerable<KeyValuePair<string, string>> settings, [NotNullWhen(false)] out string? refused)
    {
        var kept = new List<KeyValuePair<string, string>>();
        foreach (var name in InheritedNames)
        {
            // A value that starts with "()" is a function for old shells, never a setting.
            if (environment.TryGetValue(name, out var value) && value is not null && !value.StartsWith("()", StringComparison.Ordinal))
            {
                kept.Add(new(name, value));
            }
        }

        environment.Clear();
        foreach (var (name, value) in kept)
        {
            environment[name] = value;
        }

        foreach (var (name, value) in settings)
        {
            if (!TryAdd(environment, name, value))
            {
                refused = name;
                return false;
            }
        }

        refused = null;
        return true;
    }

    /// <summary>Adds one variable, unless its name is refused or malformed or the value cannot be passed on.</summary>
    public static bool TryAdd(IDictionary<string, string?> environment, string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0 || value.Contains('\0', StringComparison.Ordinal) || IsRefused(name))
        {
            return false;
        }

        environment[name] = value;
        return true;
    }
}
