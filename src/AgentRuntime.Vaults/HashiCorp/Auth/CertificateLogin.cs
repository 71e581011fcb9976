using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>A client certificate, which the client's connections show.</summary>
internal sealed class CertificateLogin(VaultAuthSettings.Certificate settings) : LoginSource
{
    private readonly VaultPath _mount = VaultPath.Parse(settings.Mount);

    /// <inheritdoc/>
    public override string Description => "certificate login";

    /// <inheritdoc/>
    public override ValueTask<LoginResult> LoginAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken) =>
        SendAsync(calls, Logins.Certificate(_mount, settings.Name), deadline, cancellationToken);
}
