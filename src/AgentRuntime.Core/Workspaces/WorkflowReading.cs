using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Workspaces;

/// <summary>Reads one workflow definition of a workspace.</summary>
internal static class WorkflowReading
{
    /// <summary>The definition, or everything that is wrong with it.</summary>
    public static Checked<WorkflowDefinition> Parse(string file, ReadOnlyMemory<byte> utf8, IReadOnlyDictionary<ServerName, ServerManifest> servers, Func<string, bool>? isKnownCredential)
    {
        _ = servers;
        var problems = new List<Problem>();
        if (JsonSource.Parse(file, utf8, JsonDialect.Strict, problems) is { } source)
        {
            problems.AddRange(CleanDefinitionCheck.Check(source, isKnownCredential));
        }

        return new Checked<WorkflowDefinition>(null, problems);
    }
}
