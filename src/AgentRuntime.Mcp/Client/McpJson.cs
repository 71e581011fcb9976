using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgentRuntime.Mcp.Client;

/// <summary>Source-generated JSON of this project.</summary>
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class McpJson : JsonSerializerContext
{
    /// <summary>The node as an element of its own.</summary>
    public static JsonElement ToElement(JsonNode? node) => JsonSerializer.SerializeToElement(node, Default.JsonNode!);

    /// <summary>A string as an element.</summary>
    public static JsonElement ToElement(string text) => ToElement(JsonValue.Create(text));
}
