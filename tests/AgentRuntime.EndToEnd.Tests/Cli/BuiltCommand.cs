using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>The command as it was built with these tests.</summary>
internal static class BuiltCommand
{
    /// <summary>The program in the output of its own project. The copy beside the tests lacks what the tests' wider framework brings.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        TestEnvironment.RepositoryRoot, "src", "AgentRuntime.Cli", "bin", TestEnvironment.Configuration, "net10.0", OperatingSystem.IsWindows() ? "agentruntime.exe" : "agentruntime");
}
