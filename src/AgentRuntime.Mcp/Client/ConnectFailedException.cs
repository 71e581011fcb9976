using AgentRuntime.Tools;

namespace AgentRuntime.Mcp.Client;

/// <summary>A session could not be opened. Carries the outcome; its own message holds no content.</summary>
internal sealed class ConnectFailedException(ToolOutcome.Failed outcome) : Exception("The session could not be opened.")
{
    public ToolOutcome.Failed Outcome { get; } = outcome;
}
