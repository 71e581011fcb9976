using System.CommandLine;
using System.Runtime.InteropServices;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create(ProcessHost process) =>
        new Command("version", "Print the version").Does(process, context =>
        {
            var version = typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "unknown";
            context.Output.Show(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("version", version);
                    json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
                    json.WriteString("platform", RuntimeInformation.RuntimeIdentifier);
                    json.WriteEndObject();
                },
                text => text.Line($"agentruntime {version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
            return ExitCode.Success;
        });
}
