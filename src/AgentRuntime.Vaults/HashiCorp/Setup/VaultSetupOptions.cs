using AgentRuntime.Names;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>What a vault must hold for this workspace, and nothing more.</summary>
internal sealed record VaultSetupOptions
{
    /// <summary>Where everything is.</summary>
    public required VaultNames Names { get; init; }

    /// <summary>The credentials that the workspace names.</summary>
    public required IReadOnlyCollection<CredentialName> Credentials { get; init; }

    /// <summary>The token role through which step tokens are minted.</summary>
    public required string TokenRole { get; init; }

    /// <summary>How long a step token lives at most.</summary>
    public required TimeSpan StepTtl { get; init; }

    /// <summary>How steps read.</summary>
    public VaultTokenMode Mode { get; init; }

    /// <summary>The policy of the runtime's own identity.</summary>
    public required string RuntimePolicy { get; init; }

    /// <summary>The policies of the runtime's own token: one that reads nothing, or in inline mode those of every credential.</summary>
    public IReadOnlyList<string> LoginPolicies => Mode == VaultTokenMode.Inline ? [.. Credentials.Select(Names.Policy).Order(StringComparer.Ordinal)] : [RuntimePolicy];

    /// <summary>How the runtime logs in.</summary>
    public required RuntimeLogin Login { get; init; }

    /// <summary>The transit engine and key that seal values, or <c>null</c>.</summary>
    public (VaultPath Mount, string Key)? Transit { get; init; }

    /// <summary>The database roles of the credentials that are made for each step.</summary>
    public IReadOnlyDictionary<CredentialName, VaultPath> DatabaseRoles { get; init; } = new Dictionary<CredentialName, VaultPath>();
}

/// <summary>How the runtime proves who it is to the vault.</summary>
/// <param name="Mount">The auth method's mount, below <c>auth/</c>.</param>
/// <param name="Role">The role's name.</param>
internal abstract record RuntimeLogin(VaultPath Mount, string Role)
{
    /// <summary>AppRole with a role id of our choice.</summary>
    /// <param name="Mount">The mount.</param>
    /// <param name="Role">The role.</param>
    /// <param name="RoleId">The role's id.</param>
    /// <param name="Wrapped">Whether secret ids arrive wrapped.</param>
    public sealed record AppRole(VaultPath Mount, string Role, string RoleId, bool Wrapped) : RuntimeLogin(Mount, Role);

    /// <summary>The service account of a Kubernetes pod.</summary>
    /// <param name="Mount">The mount.</param>
    /// <param name="Role">The role.</param>
    /// <param name="ServiceAccount">The account, or <c>null</c> when it is not known here.</param>
    /// <param name="Namespace">Its namespace, or <c>null</c> when it is not known here.</param>
    public sealed record Kubernetes(VaultPath Mount, string Role, string? ServiceAccount, string? Namespace) : RuntimeLogin(Mount, Role);

    /// <summary>A login that only the operator can set up, because what it is bound to is known to nobody else.</summary>
    public sealed record ByHand(string Method, VaultPath Mount, string Role) : RuntimeLogin(Mount, Role);
}
