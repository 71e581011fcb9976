namespace AgentRuntime.Workspaces;

/// <summary>HashiCorp Vault or OpenBao: the section <c>secrets.vault</c>.</summary>
public sealed record VaultSecretSettings;
