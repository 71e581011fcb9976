using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentRuntime.Telemetry;

/// <summary>The names and instruments that a host subscribes to. Nothing is measured or exported until one does.</summary>
public static class RuntimeTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "AgentRuntime";

    private static readonly Meter Meter = new(Name);

    /// <summary>Spans <c>workflow.run</c>, <c>workflow.step</c>, <c>credential.lease</c>.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Steps that ended, by <c>status</c> and <c>type</c>.</summary>
    public static Counter<long> Steps { get; } = Meter.CreateCounter<long>("agentruntime.steps", "{step}", "Steps that ended");

    /// <summary>Leases asked for, by <c>result</c>.</summary>
    public static Counter<long> Leases { get; } = Meter.CreateCounter<long>("agentruntime.leases", "{lease}", "Leases asked for and allowed by policy");

    /// <summary>Uses refused by policy, by <c>code</c>.</summary>
    public static Counter<long> Denials { get; } = Meter.CreateCounter<long>("agentruntime.denials", "{denial}", "Credential uses refused by policy");

    /// <summary>Redactions made by the scrubber.</summary>
    public static Counter<long> Redactions { get; } = Meter.CreateCounter<long>("agentruntime.redactions", "{redaction}", "Redactions made by the scrubber");

    /// <summary>How long attempts took, in seconds, by <c>type</c>.</summary>
    public static Histogram<double> AttemptDuration { get; } = Meter.CreateHistogram<double>("agentruntime.attempt.duration", "s", "Duration of step attempts");

    /// <summary>How long runs took, in seconds, by <c>status</c>.</summary>
    public static Histogram<double> RunDuration { get; } = Meter.CreateHistogram<double>("agentruntime.run.duration", "s", "Duration of runs");
}
