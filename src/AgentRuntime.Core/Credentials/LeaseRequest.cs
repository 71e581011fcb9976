using AgentRuntime.Names;
using AgentRuntime.Runs;

namespace AgentRuntime.Credentials;

/// <summary>Asks for the credential of one scope for one attempt of one step. Everything in it is safe to print.</summary>
public sealed record LeaseRequest
{
    /// <summary>On whose behalf.</summary>
    public required string Principal { get; init; }

    /// <summary>The workflow.</summary>
    public required WorkflowName Workflow { get; init; }

    /// <summary>SHA-256 of its definition, lower hex.</summary>
    public required string WorkflowSha256 { get; init; }

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The step.</summary>
    public required StepPath Step { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The server.</summary>
    public required ServerManifest Server { get; init; }

    /// <summary>The tool; its scope decides the credential.</summary>
    public required ToolName Tool { get; init; }

    /// <summary>The W3C trace id.</summary>
    public string? TraceId { get; init; }

    /// <summary>Events that become durable together with the intent, such as <see cref="StepStarted"/>.</summary>
    public IReadOnlyList<RunEvent> Events { get; init; } = [];
}
