namespace AgentRuntime.TestKit;

/// <summary>A moto server on 127.0.0.1 that lives as long as the test run.</summary>
/// <param name="Port">The port; plain http.</param>
/// <param name="AccessKeyId">The keys of a user that may do everything.</param>
/// <param name="SecretKey">The keys of a user that may do everything; random ones.</param>
public sealed record MotoServer(int Port, string AccessKeyId, string SecretKey)
{
    /// <summary>Everything but the keys.</summary>
    public override string ToString() => $"moto at 127.0.0.1:{Port}";
}
