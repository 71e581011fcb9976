using System.Text.Json;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;

namespace AgentRuntime.TestKit.Mcp;

/// <summary>Looks behind the types that keep unscrubbed content apart. For tests only.</summary>
public static class Unscrubbed
{
    /// <summary>The text as it came.</summary>
    public static string Text(UntrustedText text) => text.Text;

    /// <summary>The JSON as it came.</summary>
    public static JsonElement Json(UntrustedJson json) => json.Element;

    /// <summary>The result of a call that must have succeeded.</summary>
    public static JsonElement Result(ToolOutcome outcome) =>
        outcome is ToolOutcome.Failed failed
            ? throw new InvalidOperationException($"The call failed: {failed.Kind}: {failed.Message.Text}")
            : ((ToolOutcome.Succeeded)outcome).Result.Element;
}
