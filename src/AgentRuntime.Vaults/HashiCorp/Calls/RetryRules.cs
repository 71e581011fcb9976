using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Calls;

/// <summary>Which answers may be other ones a moment later.</summary>
internal static class RetryRules
{
    /// <summary>Whether to send it again. What may have been carried out is sent again only if that does no harm.</summary>
    public static bool MayPass(VaultResponse response, VaultRequest request) => response.Status switch
    {
        0 => !response.Untrusted && response.Refusal is null && (response.NotSent || request.Repeatable),

        // Rate limit; a node that serves no requests; a state that has not arrived here yet.
        429 or 472 or 473 or 412 => true,

        // Sealed, or starting.
        503 => true,

        // A standby that does not forward. Never followed: the token would travel with it.
        307 or 308 => true,

        // A failover under way.
        500 when response.Says("not active") || response.Says("active cluster node not found") => true,
        500 when Transit.IsTampered(response) || response.Says("could not find version data") => false,
        >= 500 => request.Repeatable,
        _ => false,
    };
}
