using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp;

/// <summary>How to open a vault as a store.</summary>
public sealed record VaultStoreOptions
{
    /// <summary>The checked section <c>secrets.vault</c>.</summary>
    public required VaultSecretSettings Settings { get; init; }

    /// <summary>
    /// A file with the token of a person who writes and describes credentials; <c>null</c> for the runtime's own identity. Steps never use it.
    /// </summary>
    public string? OperatorTokenFile { get; init; }

    /// <summary>An environment variable that is set and holds a token, such as <c>VAULT_TOKEN</c>; opening then refuses. <c>null</c> when none is set.</summary>
    public string? TokenVariable { get; init; }
}
