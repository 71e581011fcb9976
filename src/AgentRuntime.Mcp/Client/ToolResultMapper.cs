using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;

namespace AgentRuntime.Mcp.Client;

/// <summary>Turns the raw result of <c>tools/call</c> into an outcome without losing members that this version of the protocol does not know.</summary>
internal static class ToolResultMapper
{
    /// <summary>Structured content, else the JSON in the only text block, else that text, else the content as it is.</summary>
    public static ToolOutcome Map(ServerManifest server, string tool, JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object)
        {
            return new ToolOutcome.Failed(ToolFailureKind.ProtocolError, new UntrustedText($"The server {server.Name} answered the call with something that is not a result object."), EffectPossible: true);
        }

        var content = result.TryGetProperty("content", out var listed) && listed.ValueKind == JsonValueKind.Array ? listed : default;
        if (result.TryGetProperty("isError", out var isError) && isError.ValueKind == JsonValueKind.True)
        {
            return ToolFailures.FromErrorResult(server, tool, ErrorText(result, content));
        }

        if (result.TryGetProperty("structuredContent", out var structured) && structured.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
        {
            return Succeeded(structured);
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return Succeeded(result);
        }

        return content.GetArrayLength() == 1 && TextOf(content[0]) is { } text
            ? Succeeded(ParseOrText(text))
            : Succeeded(content);
    }

    private static ToolOutcome.Succeeded Succeeded(JsonElement value) => new(new UntrustedJson(value.Clone()));

    private static JsonElement ParseOrText(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return McpJson.ToElement(text);
        }
    }

    private static string? TextOf(JsonElement block) =>
        block.ValueKind == JsonValueKind.Object
        && block.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
        && block.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static string ErrorText(JsonElement result, JsonElement content)
    {
        var texts = content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().Select(TextOf).OfType<string>().ToArray() : [];
        return texts.Length > 0 ? string.Join('\n', texts)
            : result.TryGetProperty("structuredContent", out var structured) ? structured.GetRawText()
            : "The tool failed and gave no message.";
    }
}
