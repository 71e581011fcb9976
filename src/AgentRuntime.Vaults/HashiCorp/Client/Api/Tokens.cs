using System.Globalization;

namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>Tokens (<c>/api-docs/auth/token</c>).</summary>
internal static class Tokens
{
    private static readonly VaultPath Root = VaultPath.Parse("auth/token");

    /// <summary>The path that mints tokens through a role.</summary>
    public static VaultPath CreatePath(string role) => Root.Then("create").Then(role);

    public static VaultPath RevokeAccessorPath { get; } = Root.Then("revoke-accessor");

    public static VaultPath LookupSelfPath { get; } = Root.Then("lookup-self");

    public static VaultPath RenewSelfPath { get; } = Root.Then("renew-self");

    public static VaultPath RevokeSelfPath { get; } = Root.Then("revoke-self");

    public static VaultPath RolePath(string role) => Root.Then("roles").Then(role);

    public static VaultRequest LookupSelf() => VaultRequest.Get(LookupSelfPath);

    public static VaultRequest RenewSelf() => VaultRequest.Post(RenewSelfPath);

    public static VaultRequest RevokeSelf() => VaultRequest.Post(RevokeSelfPath);

    /// <summary>Mints a token; not repeated when the answer is lost, though a lost one only lives until its own expiry.</summary>
    public static VaultRequest Create(string role, NewToken token) => VaultRequest.Post(CreatePath(role), token.Write);

    public static VaultRequest RevokeAccessor(string accessor) => VaultRequest.Post(RevokeAccessorPath, body => body.Json.WriteString("accessor", accessor));

    public static VaultRequest LookupAccessor(string accessor) => VaultRequest.Post(Root.Then("lookup-accessor"), body => body.Json.WriteString("accessor", accessor));

    public static VaultRequest ReadRole(string role) => VaultRequest.Get(RolePath(role));

    /// <summary>Writes a token role; its policies are explicit, because a role with a glob was seen to be stored without it.</summary>
    public static VaultRequest WriteRole(string role, TokenRole content) => VaultRequest.Post(RolePath(role), content.Write);

    public static VaultRequest DeleteRole(string role) => VaultRequest.Delete(RolePath(role));

    internal static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalSeconds}s");
}

/// <summary>A token that is asked for.</summary>
internal sealed record NewToken
{
    /// <summary>Exactly these policies.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>How long it lives.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>How many requests it may make; <c>null</c> for a batch token, which counts none.</summary>
    public int? Uses { get; init; }

    /// <summary>What the audit log carries with every use.</summary>
    public required IReadOnlyDictionary<string, string> Meta { get; init; }

    /// <summary>What the audit log calls it.</summary>
    public string? DisplayName { get; init; }

    public void Write(VaultBody body)
    {
        body.Strings("policies", Policies);
        body.Json.WriteString("ttl", Tokens.Seconds(Ttl));
        body.Json.WriteBoolean("no_default_policy", value: true);
        if (Uses is { } uses)
        {
            body.Json.WriteNumber("num_uses", uses);
            body.Json.WriteString("explicit_max_ttl", Tokens.Seconds(Ttl));
            body.Json.WriteBoolean("renewable", value: false);
        }

        if (DisplayName is { } name)
        {
            body.Json.WriteString("display_name", name);
        }

        body.Json.WriteStartObject("meta");
        foreach (var (key, value) in Meta)
        {
            body.Json.WriteString(key, value);
        }

        body.Json.WriteEndObject();
    }
}
