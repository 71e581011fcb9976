namespace AgentRuntime.Cli.Composition;

/// <summary>The clock of the machine; named once, here, and passed on.</summary>
internal sealed class SystemClock : TimeProvider;
