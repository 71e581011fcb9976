namespace AgentRuntime.TestKit;

/// <summary>A Redis on 127.0.0.1 that lives as long as the test run.</summary>
/// <param name="Port">The port.</param>
/// <param name="Password">The password of the default user; a random one.</param>
public sealed record RedisServer(int Port, string Password)
{
    /// <summary>Everything but the password.</summary>
    public override string ToString() => $"redis at 127.0.0.1:{Port}";
}
