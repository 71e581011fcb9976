using System.Text.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows;

/// <summary>A checked workflow definition. Holds no credential in any form.</summary>
public sealed record WorkflowDefinition
{
    /// <summary>The name; equals the file's name.</summary>
    public required WorkflowName Name { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>The author's version.</summary>
    public string? Version { get; init; }

    /// <summary>JSON Schema of the run's input, or <c>null</c>.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>The steps in the order of the document.</summary>
    public required IReadOnlyList<StepDefinition> Steps { get; init; }

    /// <summary>A template for the run's outputs, or <c>null</c>: then the results of the steps that nothing depends on, by step id.</summary>
    public JsonElement? Outputs { get; init; }

    /// <summary>The document as read.</summary>
    public required JsonElement Source { get; init; }

    /// <summary>SHA-256 of the document's bytes, lower hex.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>What every step has.</summary>
public abstract record StepDefinition
{
    /// <summary>The id, unique in its list of steps.</summary>
    public required StepId Id { get; init; }

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>Steps of the same list that must end before this one starts.</summary>
    public IReadOnlyList<StepId> DependsOn { get; init; } = [];

    /// <summary>False skips the step.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Runs the step only when this is true; a template or a JMESPath expression.</summary>
    public string? Condition { get; init; }

    /// <summary>The longest time of one attempt; <c>null</c> means the engine's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How to try again.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.None;

    /// <summary>What a failure does to the run.</summary>
    public OnError OnError { get; init; }

    /// <summary>The author's word that repeating is harmless; <c>null</c> leaves it to the manifest.</summary>
    public bool? Idempotent { get; init; }

    /// <summary>JSON Schema that the resolved input must fit.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>JSON Schema that the result must fit.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>Where the step stands in the document.</summary>
    public required string Pointer { get; init; }
}

/// <summary>Calls a tool.</summary>
public sealed record McpCallStep : StepDefinition
{
    /// <summary>The server (resolved from <c>server</c> or <c>server_url</c>).</summary>
    public required ServerName Server { get; init; }

    /// <summary>The tool.</summary>
    public required ToolName Tool { get; init; }

    /// <summary>The arguments, an object with templates.</summary>
    public required JsonElement Arguments { get; init; }
}

/// <summary>Computes a value with JMESPath over input, results and run.</summary>
public sealed record TransformStep : StepDefinition
{
    /// <summary>The JMESPath expression.</summary>
    public required string Expression { get; init; }
}

/// <summary>Waits.</summary>
public sealed record WaitStep : StepDefinition
{
    /// <summary>Seconds, a number or a template; exactly one of this and <see cref="Until"/> is set.</summary>
    public JsonElement? Seconds { get; init; }

    /// <summary>A time (RFC 3339) or a template.</summary>
    public JsonElement? Until { get; init; }
}

/// <summary>Runs its body once for each item.</summary>
public sealed record ForEachStep : StepDefinition
{
    /// <summary>A template or an array.</summary>
    public required JsonElement Items { get; init; }

    /// <summary>The steps of the body.</summary>
    public required IReadOnlyList<StepDefinition> Body { get; init; }

    /// <summary>How many iterations at once, 1 to 100.</summary>
    public int MaxParallel { get; init; } = 10;

    /// <summary>Whether one failed iteration stops the others.</summary>
    public ForEachErrorPolicy ErrorPolicy { get; init; }
}

/// <summary>What a failure does to the run.</summary>
public enum OnError
{
    /// <summary>The run fails; running siblings are cancelled.</summary>
    Fail,

    /// <summary>The run goes on and so do the steps that depend on this one; a template that needs its result must coalesce.</summary>
    Continue,
}

/// <summary>Whether one failed iteration stops the others.</summary>
public enum ForEachErrorPolicy
{
    /// <summary>It does.</summary>
    FailFast,

    /// <summary>It does not.</summary>
    ContinueOnError,
}

/// <summary>How to try again after a failure.</summary>
/// <param name="MaxAttempts">All attempts together, 1 to 100.</param>
/// <param name="Backoff">Before the second attempt; doubles each time.</param>
/// <param name="MaxBackoff">The longest delay.</param>
/// <param name="Jitter">Whether each delay is a random part (half to whole) of its computed length.</param>
/// <param name="On">Error codes that are tried again; empty means every error that may be.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan Backoff, TimeSpan MaxBackoff, bool Jitter, IReadOnlySet<string> On)
{
    /// <summary>One attempt.</summary>
    public static RetryPolicy None { get; } = new(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), true, new HashSet<string>(StringComparer.Ordinal));
}
