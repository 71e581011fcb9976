using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>How the runtime proves who it is. One login at a time.</summary>
internal abstract class LoginSource : IDisposable
{
    /// <summary>Names it in messages, such as <c>AppRole login</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Whether the token was made by this process, which then ends it.</summary>
    public virtual bool OwnsToken => true;

    /// <summary>Makes the source that the settings name.</summary>
    public static LoginSource Create(VaultAuthSettings settings) => settings switch
    {
        VaultAuthSettings.AppRole { Wrapped: true } approle => new WrappedAppRoleLogin(approle),
        VaultAuthSettings.AppRole approle => new AppRoleLogin(approle),
        VaultAuthSettings.Kubernetes kubernetes => new JwtLogin("Kubernetes login", kubernetes.Mount, kubernetes.Role, kubernetes.TokenFile, "service account token", othersMayRead: true),
        VaultAuthSettings.Jwt jwt => new JwtLogin("JWT login", jwt.Mount, jwt.Role, jwt.TokenFile, "JWT", othersMayRead: false),
        VaultAuthSettings.Certificate certificate => new CertificateLogin(certificate),
        VaultAuthSettings.AgentToken file => new TokenFileLogin(file.Path),
        _ => throw new ArgumentException("There is no such login.", nameof(settings)),
    };

    /// <summary>Logs in.</summary>
    /// <exception cref="SecretStoreException">A file cannot be used.</exception>
    public abstract ValueTask<LoginResult> LoginAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken);

    /// <summary>Whether the token that the last login gave was replaced meanwhile.</summary>
    public virtual bool HasChanged() => false;

    /// <summary>The login as one that travels with a request; the caller disposes its secret. <c>null</c> when it cannot.</summary>
    /// <exception cref="SecretStoreException">A file cannot be used.</exception>
    public virtual InlineAuth? Inline() => null;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Sends a login and reads the token.</summary>
    protected async ValueTask<LoginResult> SendAsync(VaultCalls calls, VaultRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await calls.SendAsync(request, token: null, deadline, cancellationToken);
        if (response.Succeeded && VaultAuth.Read(response.Auth) is { } auth)
        {
            return new LoginResult(new HeldToken(auth.Token.Duplicate(), auth.Accessor, auth.Duration, auth.Renewable, calls.Time), null).Ending(auth);
        }

        var vault = calls.Client.Description;
        return new LoginResult(null, response.Status switch
        {
            >= 200 and < 300 => new VaultFailure(SecretFailureKind.Unavailable, $"{vault} answered the {Description} without a token."),
            400 or 401 or 403 => new VaultFailure(SecretFailureKind.Denied, $"{vault} refused the {Description} of the runtime. {Reason(response)}"),
            404 => new VaultFailure(SecretFailureKind.Invalid, $"{vault} has no auth method for the {Description} at that mount. Check auth.mount in the settings."),
            _ => VaultFailure.Of(response, vault, $"the {Description}"),
        });
    }

    private static string Reason(VaultResponse response) => response switch
    {
        _ when response.Says("invalid secret id") => "The secret id is not valid: it has expired, was used up or revoked. Issue a new one.",
        _ when response.Says("invalid role ID") => "The role id is not known. Check auth.role_id in the settings.",
        _ => "Check the role and what it binds; the vault's own log says more.",
    };
}

/// <summary>What a login gave.</summary>
/// <param name="Token">The token, on success; the receiver owns it.</param>
/// <param name="Failure">Why not, otherwise.</param>
internal sealed record LoginResult(HeldToken? Token, VaultFailure? Failure)
{
    /// <summary>This result, after ending what it was read from.</summary>
    public LoginResult Ending(IDisposable source)
    {
        source.Dispose();
        return this;
    }
}
