namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>The command as it was built with these tests.</summary>
internal static class BuiltCommand
{
    /// <summary>The program beside the tests: the project of the command is referenced, so it is always of the same build.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "agentruntime.exe" : "agentruntime");
}
