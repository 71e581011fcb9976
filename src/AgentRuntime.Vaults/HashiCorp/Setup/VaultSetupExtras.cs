namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>What the set-up needs to know besides the settings.</summary>
/// <param name="ServiceAccount">The Kubernetes service account that the login is bound to, or <c>null</c>.</param>
/// <param name="Namespace">Its namespace, or <c>null</c>.</param>
public sealed record VaultSetupExtras(string? ServiceAccount, string? Namespace)
{
    /// <summary>Nothing more.</summary>
    public static VaultSetupExtras None { get; } = new(null, null);
}
