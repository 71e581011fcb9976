using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Everything that a vault must hold for a workspace, in the order in which it is made.</summary>
internal static class VaultSetup
{
    /// <summary>The items.</summary>
    public static IReadOnlyList<SetupItem> ItemsOf(VaultSetupOptions options) =>
    [
        new MountItem(options.Names.Mount, "kv", options.Names.Versioned ? 2 : 1),
        .. options.Transit is { } transit ? (SetupItem[])[new MountItem(transit.Mount, "transit"), new TransitKeyItem(transit.Mount, transit.Key)] : [],
        .. ReadBack(options),
        .. LoginOf(options),
        new AuditedHeaderItem(VaultClient.RequestIdHeader),
        new AuditDeviceItem(),
        .. options.DatabaseRoles.OrderBy(static pair => pair.Key.ToString(), StringComparer.Ordinal).Select(static pair =>
            new ByHandItem($"database role of {pair.Key}", $"{pair.Value} must exist: its connection and its SQL are yours to write")),
    ];

    /// <summary>What decides how wide the runtime's identity is; it may read these back itself.</summary>
    public static IReadOnlyList<SetupItem> ReadBack(VaultSetupOptions options) =>
    [
        .. options.Credentials.OrderBy(static name => name.ToString(), StringComparer.Ordinal).Select(name => new PolicyItem(options.Names.Policy(name), VaultPolicies.Step(options, name))),
        .. options.Mode == VaultTokenMode.Inline ? (SetupItem[])[] : [new TokenRoleItem(options), new PolicyItem(options.RuntimePolicy, VaultPolicies.Runtime(options))],
    ];

    private static SetupItem[] LoginOf(VaultSetupOptions options) => options.Login switch
    {
        RuntimeLogin.AppRole => [new MountItem(options.Login.Mount, "approle", isAuth: true), new LoginRoleItem(options)],
        RuntimeLogin.Kubernetes { ServiceAccount: not null, Namespace: not null } => [new MountItem(options.Login.Mount, "kubernetes", isAuth: true), new LoginRoleItem(options)],
        RuntimeLogin.Kubernetes => [ByHand(options, "kubernetes", "or name --kubernetes-service-account and --kubernetes-namespace, and it is written")],
        RuntimeLogin.ByHand byHand => [ByHand(options, byHand.Method, "bind it to the identity of this runtime only")],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static ByHandItem ByHand(VaultSetupOptions options, string method, string more) => new(
        $"login by {method}",
        $"the login at auth/{options.Login.Mount} must give a token with exactly the policies {string.Join(", ", options.LoginPolicies)}, without the policy default",
        more);
}
