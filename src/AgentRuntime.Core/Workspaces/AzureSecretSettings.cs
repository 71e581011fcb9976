namespace AgentRuntime.Workspaces;

/// <summary>Azure Key Vault: the section <c>secrets.azure</c>.</summary>
public sealed record AzureSecretSettings;
