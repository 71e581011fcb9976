using System.Text.Json;

namespace AgentRuntime.Core.Tests.Golden;

/// <summary>A published schema as it is embedded in Core.</summary>
internal static class SchemaResource
{
    public static JsonDocument Open(string name)
    {
        using var stream = typeof(AgentRuntime.Secrets.SecretValue).Assembly.GetManifestResourceStream("schemas/" + name)!;
        return JsonDocument.Parse(stream);
    }
}
