namespace AgentRuntime.Integration.Tests;

/// <summary>Tests that measure the process itself: they run one after the other, with no other test beside them.</summary>
[CollectionDefinition(nameof(NothingBeside), DisableParallelization = true)]
public sealed class NothingBeside;
