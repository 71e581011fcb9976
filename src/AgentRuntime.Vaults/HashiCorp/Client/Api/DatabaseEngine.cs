namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>The database engine (<c>/api-docs/secret/databases</c>): a new login of a database for each request, with a lease.</summary>
internal static class DatabaseEngine
{
    public static VaultPath CredsPath(VaultPath mount, string role) => mount.Then("creds").Then(role);

    /// <summary>A new login. Each request makes one, so it is not repeated when it may have been carried out.</summary>
    public static VaultRequest Creds(VaultPath mount, string role) => VaultRequest.Get(CredsPath(mount, role)) with { Repeatable = false };

    public static VaultRequest ReadRole(VaultPath mount, string role) => VaultRequest.Get(mount.Then("roles").Then(role));
}
