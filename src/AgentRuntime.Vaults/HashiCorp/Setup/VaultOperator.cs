using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Client;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Asks a vault with one token, and turns every refusal into words. Thread-safe.</summary>
/// <param name="client">The vault.</param>
/// <param name="token">Who asks. The caller disposes it.</param>
/// <param name="who">How messages name the one who asks, such as <c>the operator's token</c>.</param>
/// <param name="timeout">How long one request may take.</param>
internal sealed class VaultOperator(VaultClient client, SecretValue token, string who, TimeSpan timeout)
{
    /// <summary>Sends a request; <c>null</c> when there is no such thing. The caller disposes the answer.</summary>
    /// <exception cref="SecretStoreException">There is no answer, or it is a refusal.</exception>
    public async ValueTask<VaultResponse?> FindAsync(VaultRequest request, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(request, token, timeout, cancellationToken);
        if (response.Succeeded)
        {
            return response;
        }

        using (response)
        {
            return response.Status == 404 ? null : throw Refused(request, response);
        }
    }

    /// <summary>Sends a request whose answer says nothing more.</summary>
    /// <exception cref="SecretStoreException">There is no answer, or it is a refusal.</exception>
    public async ValueTask SendAsync(VaultRequest request, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(request, token, timeout, cancellationToken);
        if (!response.Succeeded)
        {
            throw Refused(request, response);
        }
    }

    private SecretStoreException Refused(VaultRequest request, VaultResponse response)
    {
        if (response.NoAnswer is { } silence)
        {
            return new SecretStoreException(response.Untrusted ? SecretFailureKind.Invalid : SecretFailureKind.Unavailable, silence);
        }

        return response.Status switch
        {
            403 when response.TokenRefused => new SecretStoreException(SecretFailureKind.Denied, $"{client.Description} does not accept {who}: it is unknown, expired, revoked, or may not ask for {request}."),
            403 => new SecretStoreException(SecretFailureKind.Denied, $"{client.Description} does not let {who} ask for {request}. Its policy must allow that."),
            429 => new SecretStoreException(SecretFailureKind.Throttled, $"{client.Description} asks to slow down. Try again in a moment."),
            >= 300 and < 400 => new SecretStoreException(SecretFailureKind.Unavailable, $"{client.Description} is a standby and points to another node. Use the address of the cluster."),
            503 => new SecretStoreException(SecretFailureKind.Unavailable, $"{client.Description} is sealed or not ready. Unseal it and try again."),
            >= 500 => new SecretStoreException(SecretFailureKind.Unavailable, $"{client.Description} failed at {request} (HTTP {response.Status}). Look at its log."),
            404 => new SecretStoreException(SecretFailureKind.Missing, $"{client.Description} has nothing at {request}: the engine or auth method is not mounted there."),
            _ => new SecretStoreException(SecretFailureKind.Invalid, $"{client.Description} refused {request} (HTTP {response.Status}). Look at its audit log."),
        };
    }
}
