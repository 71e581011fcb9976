using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>A JWT in a file, which is read again for each login: a Kubernetes service account, or any identity provider.</summary>
internal sealed class JwtLogin(string description, string mount, string? role, string file, string what, bool othersMayRead) : LoginSource
{
    private readonly VaultPath _mount = VaultPath.Parse(mount);

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override async ValueTask<LoginResult> LoginAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken)
    {
        using var jwt = SecretFile.Read(file, what, oneWord: true, othersMayRead);
        return await SendAsync(calls, Logins.Jwt(_mount, role, jwt), deadline, cancellationToken);
    }

    /// <inheritdoc/>
    public override InlineAuth Inline()
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (role is not null)
        {
            parameters["role"] = role;
        }

        return new InlineAuth(Logins.Path(_mount), parameters, "jwt", SecretFile.Read(file, what, oneWord: true, othersMayRead));
    }
}
