namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>Leases (<c>/api-docs/system/leases</c>). Revoking a token revokes the leases that were made with it.</summary>
internal static class Leases
{
    private static readonly VaultPath Root = VaultPath.Parse("sys/leases");

    public static VaultRequest Lookup(string lease) => VaultRequest.Post(Root.Then("lookup"), body => body.Json.WriteString("lease_id", lease));

    /// <summary>Asks for more time; past the role's maximum the server warns and gives less.</summary>
    public static VaultRequest Renew(string lease, TimeSpan increment) => VaultRequest.Post(Root.Then("renew"), body =>
    {
        body.Json.WriteString("lease_id", lease);
        body.Json.WriteNumber("increment", (long)increment.TotalSeconds);
    });

    public static VaultRequest Revoke(string lease) => VaultRequest.Post(Root.Then("revoke"), body => body.Json.WriteString("lease_id", lease));
}
