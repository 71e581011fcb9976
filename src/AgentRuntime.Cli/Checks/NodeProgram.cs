using System.ComponentModel;
using System.Diagnostics;

namespace AgentRuntime.Cli.Checks;

/// <summary>The node program on the PATH.</summary>
internal static class NodeProgram
{
    /// <summary>Its version, such as <c>v22.1.0</c>; <c>null</c> when there is none.</summary>
    public static string? Version()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            var version = node?.StandardOutput.ReadToEnd().Trim();
            node?.WaitForExit();
            return node is { ExitCode: 0 } ? version : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
