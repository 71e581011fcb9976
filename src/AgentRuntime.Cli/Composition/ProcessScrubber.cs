using AgentRuntime.Scrubbing;
using AgentRuntime.Telemetry;

namespace AgentRuntime.Cli.Composition;

/// <summary>The scrubber of this process. What it redacts is counted, never kept.</summary>
internal static class ProcessScrubber
{
    public static Scrubber Create() => new(new ScrubberOptions { OnRedaction = static (_, count) => RuntimeTelemetry.Redactions.Add(count) });
}
