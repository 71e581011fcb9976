using System.Text.Json;

namespace AgentRuntime.Json;

/// <summary>Words for messages.</summary>
internal static class JsonWords
{
    /// <summary>The kind of a value with its article.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
