using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>The logins (<c>/api-docs/auth/...</c>); none takes a token. The caller keeps the secrets until the request was sent.</summary>
internal static class Logins
{
    private static readonly VaultPath Auth = VaultPath.Parse("auth");

    /// <summary>The path of a login.</summary>
    /// <param name="mount">Where the method is mounted, below <c>auth/</c>.</param>
    public static VaultPath Path(VaultPath mount) => Auth.Then(mount).Then("login");

    public static VaultRequest AppRole(VaultPath mount, string roleId, SecretValue secretId) => Login(mount, body =>
    {
        body.Json.WriteString("role_id", roleId);
        body.Text("secret_id", secretId);
    });

    public static VaultRequest Kubernetes(VaultPath mount, string role, SecretValue jwt) => Jwt(mount, role, jwt);

    /// <summary>JWT and OIDC; without a role the mount's default role.</summary>
    public static VaultRequest Jwt(VaultPath mount, string? role, SecretValue jwt) => Login(mount, body =>
    {
        if (role is not null)
        {
            body.Json.WriteString("role", role);
        }

        body.Text("jwt", jwt);
    });

    /// <summary>The certificate is the one that the connection shows.</summary>
    public static VaultRequest Certificate(VaultPath mount, string? name) => Login(mount, body =>
    {
        if (name is not null)
        {
            body.Json.WriteString("name", name);
        }
    });

    private static VaultRequest Login(VaultPath mount, Action<VaultBody> body) => VaultRequest.Post(Path(mount), body);
}
