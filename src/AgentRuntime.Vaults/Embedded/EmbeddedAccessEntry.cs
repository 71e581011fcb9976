using AgentRuntime.Names;

namespace AgentRuntime.Vaults.Embedded;

/// <summary>One line of the store's own access log; safe to print.</summary>
/// <param name="Id">The request id that the read returned, <c>embedded-NUMBER</c>; numbers rise without gaps.</param>
/// <param name="Time">When, UTC, in milliseconds.</param>
/// <param name="Operation"><c>read</c>, <c>read_retained</c>, <c>set</c>, <c>disable</c>, <c>enable</c>, <c>delete</c> or <c>rewrap</c>.</param>
/// <param name="Credential">The credential; empty for <c>rewrap</c>.</param>
/// <param name="Version">The version, when one was meant or found.</param>
/// <param name="Outcome"><c>succeeded</c> or the kind of failure, such as <c>disabled</c>.</param>
/// <param name="Principal">Who.</param>
/// <param name="Purpose">Why.</param>
/// <param name="Workflow">The workflow.</param>
/// <param name="Run">The run.</param>
/// <param name="Step">The step.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Tool">The tool.</param>
/// <param name="TraceId">The trace id.</param>
public sealed record EmbeddedAccessEntry(
    string Id,
    DateTimeOffset Time,
    string Operation,
    string Credential,
    CredentialVersion? Version,
    string Outcome,
    string Principal,
    string Purpose,
    string? Workflow,
    string? Run,
    string? Step,
    int? Attempt,
    string? Tool,
    string? TraceId);
