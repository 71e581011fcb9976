namespace AgentRuntime.Workflows.Parsing;

/// <summary>The words of <c>type</c>, and other words of the format.</summary>
internal static class StepTypes
{
    public const string McpCall = "mcp_call";
    public const string Transform = "transform";
    public const string ForEach = "for_each";
    public const string Wait = "wait";

    /// <summary>What this version runs.</summary>
    public static readonly IReadOnlyList<string> Available = [McpCall, Transform, ForEach, Wait];

    /// <summary>Part of the format, but not run by this version.</summary>
    public static readonly IReadOnlyList<string> NotYet = ["llm_call", "agent_call", "human_task", "while", "workflow_call"];

    /// <summary>The error codes that <c>retry.on</c> may name.</summary>
    public static readonly IReadOnlyList<string> RetryCodes =
    [
        "tool_error", "timeout", "unavailable", "connection_lost", "protocol_error", "rate_limited", "credential_rejected", "secret_unavailable", "output_invalid",
    ];
}
