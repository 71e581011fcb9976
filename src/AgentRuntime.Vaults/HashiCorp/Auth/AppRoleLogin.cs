using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Vaults.Http;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>AppRole with a secret id in a file, which is read again for each login.</summary>
internal sealed class AppRoleLogin(VaultAuthSettings.AppRole settings) : LoginSource
{
    private readonly VaultPath _mount = VaultPath.Parse(settings.Mount);

    /// <inheritdoc/>
    public override string Description => "AppRole login";

    /// <inheritdoc/>
    public override async ValueTask<LoginResult> LoginAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken)
    {
        using var secret = SecretFile.Read(settings.SecretIdFile, "secret id", oneWord: true);
        return await SendAsync(calls, Logins.AppRole(_mount, settings.RoleId, secret), deadline, cancellationToken);
    }

    /// <inheritdoc/>
    public override InlineAuth Inline() => new(
        Logins.Path(_mount),
        new Dictionary<string, string>(StringComparer.Ordinal) { ["role_id"] = settings.RoleId },
        "secret_id",
        SecretFile.Read(settings.SecretIdFile, "secret id", oneWord: true));
}
