using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>Wrapped answers (<c>/api-docs/system/wrapping-unwrap</c>).</summary>
internal static class Wrapping
{
    private static readonly VaultPath Root = VaultPath.Parse("sys/wrapping");

    /// <summary>Where the wrapped answer came from, without opening it; the wrapping token goes in the body and no other token is needed.</summary>
    public static VaultRequest Lookup(SecretValue wrapping) => VaultRequest.Post(Root.Then("lookup"), body => body.Text("token", wrapping));

    /// <summary>Opens a wrapped answer; sent with the wrapping token. A second time is a 400, which means that somebody else opened it: an alarm.</summary>
    public static VaultRequest Unwrap() => VaultRequest.Post(Root.Then("unwrap")) with { Repeatable = false };

    /// <summary>Whether a failed unwrap means that the token was used before, or is no wrapping token (any more).</summary>
    public static bool WasUsedBefore(VaultResponse response) => response.Status is 400 or 403 && (response.Says("wrapping token is not valid or does not exist") || response.Status == 400);
}
