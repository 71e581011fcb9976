using System.Runtime.InteropServices;

namespace AgentRuntime.Mcp.Processes;

/// <summary>Signals to a whole process group (POSIX <c>kill(2)</c> with a negative id). Does nothing on Windows.</summary>
internal static partial class ProcessGroup
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private const int Probe = 0;

    /// <summary>Asks every process of the group to end.</summary>
    public static void RequestEnd(int group) => Signal(group, Terminate);

    /// <summary>Ends every process of the group at once.</summary>
    public static void ForceEnd(int group) => Signal(group, Kill);

    /// <summary>Whether the group still has a process (also one that ended and was not yet collected by its parent).</summary>
    public static bool HasMembers(int group) => Signal(group, Probe);

    private static bool Signal(int group, int signal) =>
        group > 1 && !OperatingSystem.IsWindows() && SendSignal(checked(-group), signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);
}
