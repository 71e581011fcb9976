namespace AgentRuntime.Integration.Tests;

public sealed class SolutionBuilds
{
    [Fact]
    public void Assembly_loads() => Assert.NotNull(typeof(AgentRuntime.Secrets.SecretValue).Assembly);
}
