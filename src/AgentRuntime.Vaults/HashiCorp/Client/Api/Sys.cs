namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>The system itself (<c>/api-docs/system</c>).</summary>
internal static class Sys
{
    private static readonly VaultPath Root = VaultPath.Parse("sys");

    /// <summary>Needs no token. Status: 200 active, 429 standby, 472 disaster-recovery secondary, 473 performance standby, 501 not initialised, 503 sealed.</summary>
    public static VaultRequest Health() => VaultRequest.Get(Root.Then("health"));

    /// <summary>Needs no token.</summary>
    public static VaultRequest SealStatus() => VaultRequest.Get(Root.Then("seal-status"));

    public static VaultRequest Mounts() => VaultRequest.Get(Root.Then("mounts"));

    public static VaultRequest EnableMount(VaultPath mount, string type, int? version) => VaultRequest.Post(Root.Then("mounts").Then(mount), body =>
    {
        body.Json.WriteString("type", type);
        if (version is { } number)
        {
            body.Json.WriteStartObject("options");
            body.Json.WriteString("version", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            body.Json.WriteEndObject();
        }
    });

    public static VaultRequest AuthMethods() => VaultRequest.Get(Root.Then("auth"));

    public static VaultRequest EnableAuth(VaultPath mount, string type) => VaultRequest.Post(Root.Then("auth").Then(mount), body => body.Json.WriteString("type", type));

    public static VaultPath PolicyPath(string policy) => Root.Then("policies").Then("acl").Then(policy);

    public static VaultRequest Policies() => VaultRequest.List(Root.Then("policies").Then("acl"));

    public static VaultRequest ReadPolicy(string policy) => VaultRequest.Get(PolicyPath(policy));

    public static VaultRequest WritePolicy(string policy, string text) => VaultRequest.Post(PolicyPath(policy), body => body.Json.WriteString("policy", text));

    public static VaultRequest DeletePolicy(string policy) => VaultRequest.Delete(PolicyPath(policy));

    public static VaultRequest AuditDevices() => VaultRequest.Get(Root.Then("audit"));

    public static VaultRequest AuditedHeaders() => VaultRequest.Get(Root.Then("config").Then("auditing").Then("request-headers"));

    public static VaultRequest AuditHeader(string header, bool hmac) =>
        VaultRequest.Post(Root.Then("config").Then("auditing").Then("request-headers").Then(header), body => body.Json.WriteBoolean("hmac", hmac));

    public static VaultPath CapabilitiesSelfPath { get; } = Root.Then("capabilities-self");

    public static VaultRequest CapabilitiesSelf(IEnumerable<string> paths) => VaultRequest.Post(CapabilitiesSelfPath, body => body.Strings("paths", paths));
}
