using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Tools;

namespace AgentRuntime.Mcp.Client;

/// <summary>Reads a server's tool list page by page from the raw JSON, so that one malformed tool does not hide the others.</summary>
internal static class ToolLister
{
    /// <summary>Lists the tools.</summary>
    /// <param name="send">Sends <c>tools/list</c> with these parameters.</param>
    /// <param name="maxPages">The greatest number of pages; the rest is left out.</param>
    public static async Task<IReadOnlyList<ListedTool>> ListAsync(Func<JsonObject, Task<JsonNode?>> send, int maxPages)
    {
        var tools = new List<ListedTool>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var page = 0; page < maxPages; page++)
        {
            var result = McpJson.ToElement(await send(cursor is null ? [] : new JsonObject { ["cursor"] = cursor }));
            if (result.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("The tool list is not an object.");
            }

            if (result.TryGetProperty("tools", out var listed) && listed.ValueKind == JsonValueKind.Array)
            {
                tools.AddRange(listed.EnumerateArray().Select(Read).OfType<ListedTool>());
            }

            cursor = result.TryGetProperty("nextCursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
            if (string.IsNullOrEmpty(cursor) || !seen.Add(cursor))
            {
                break;
            }
        }

        return tools;
    }

    private static ListedTool? Read(JsonElement tool)
    {
        if (tool.ValueKind != JsonValueKind.Object || !tool.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var annotations = tool.TryGetProperty("annotations", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return new ListedTool(
            name.GetString()!,
            Hint(annotations, "readOnlyHint"),
            Hint(annotations, "idempotentHint"),
            tool.TryGetProperty("inputSchema", out var schema) ? schema.Clone() : null);
    }

    private static bool? Hint(JsonElement annotations, string name) =>
        annotations.ValueKind == JsonValueKind.Object && annotations.TryGetProperty(name, out var hint)
            ? hint.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
            : null;
}
