using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var process = ProcessHost.Start();
        return (int)await CommandLine.RunAsync(process, args);
    }
}
