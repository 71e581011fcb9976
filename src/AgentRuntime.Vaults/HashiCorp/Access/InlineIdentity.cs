using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Auth;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;

namespace AgentRuntime.Vaults.HashiCorp.Access;

/// <summary>The runtime's login sent along with each request (OpenBao): no token exists, so nothing narrows it to the step. Thread-safe.</summary>
internal sealed class InlineIdentity(VaultCalls calls, LoginSource source) : VaultIdentity
{
    /// <inheritdoc/>
    public override string Description => $"the {source.Description}, sent with the request";

    /// <inheritdoc/>
    public override async ValueTask<VaultResponse> SendAsync(VaultRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        InlineAuth? login;
        try
        {
            login = source.Inline();
        }
        catch (SecretStoreException exception)
        {
            return CannotAsk(new VaultFailure(exception.Failure, exception.Message));
        }

        if (login is null)
        {
            return CannotAsk(new VaultFailure(SecretFailureKind.Invalid, $"The {source.Description} cannot travel with each read. Use approle, kubernetes or jwt, or tokens.mode \"step\"."));
        }

        using (login.Secret)
        {
            return await calls.SendAsync(request with { Inline = login }, token: null, deadline, cancellationToken);
        }
    }
}
