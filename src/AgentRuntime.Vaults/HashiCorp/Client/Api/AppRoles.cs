namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>Set-up of AppRole and of other auth methods' roles (<c>/api-docs/auth/approle</c>).</summary>
internal static class AppRoles
{
    private static readonly VaultPath Auth = VaultPath.Parse("auth");

    /// <summary>A role of an auth method: <c>auth/MOUNT/role/NAME</c> (AppRole, Kubernetes, JWT) or <c>auth/MOUNT/certs/NAME</c>.</summary>
    public static VaultPath RolePath(VaultPath mount, string role, string kind = "role") => Auth.Then(mount).Then(kind).Then(role);

    public static VaultRequest ReadRole(VaultPath mount, string role, string kind = "role") => VaultRequest.Get(RolePath(mount, role, kind));

    public static VaultRequest WriteRole(VaultPath mount, string role, Action<VaultBody> content, string kind = "role") => VaultRequest.Post(RolePath(mount, role, kind), content);

    public static VaultRequest DeleteRole(VaultPath mount, string role, string kind = "role") => VaultRequest.Delete(RolePath(mount, role, kind));

    public static VaultRequest ReadRoleId(VaultPath mount, string role) => VaultRequest.Get(RolePath(mount, role).Then("role-id"));

    /// <summary>A new secret id, wrapped for this time so that only the one who opens it sees it.</summary>
    public static VaultRequest NewSecretId(VaultPath mount, string role, TimeSpan? wrapped) =>
        VaultRequest.Post(RolePath(mount, role).Then("secret-id")) with { WrapTtl = wrapped, Repeatable = false };
}
