using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Azure;

/// <summary>How an <see cref="AzureSecretStore"/> works.</summary>
/// <param name="Settings">The checked settings.</param>
public sealed record AzureStoreOptions(AzureSecretSettings Settings)
{
    /// <summary>Opens a connection to a host; <c>null</c>, the default, for the network. Tests route the names of the cloud to a fake with it; TLS is verified all the same.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>The first pause before a request is sent again; each further pause is twice as long. 0.4 seconds by default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.4);
}
