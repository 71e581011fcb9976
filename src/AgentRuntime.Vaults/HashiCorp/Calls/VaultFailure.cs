using System.Globalization;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Calls;

/// <summary>Why something could not be done at the vault, in our own words: what the server wrote is never quoted.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Message">For people.</param>
internal sealed record VaultFailure(SecretFailureKind Kind, string Message)
{
    /// <summary>What an answer other than success means, apart from what only one API says.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="vault">How messages name the vault.</param>
    /// <param name="doing">What was being done, such as <c>reading crm/read</c>.</param>
    public static VaultFailure Of(VaultResponse response, string vault, string doing) => response switch
    {
        { Refusal: { } refusal } => refusal,
        { Status: 0 } => new(SecretFailureKind.Unavailable, $"{response.NoAnswer} That was {doing}."),
        { Status: 429 } => new(SecretFailureKind.Throttled, $"{vault} limits the rate of requests and refused {doing}. Try again later, or raise its quota for this path."),
        { Redirected: true } => new(SecretFailureKind.Unavailable, $"{vault} sends {doing} to another node, and redirects are not followed because the token would travel with them. Set the address to one that always leads to the active node."),
        { Status: 503 } when response.Says("sealed") => new(SecretFailureKind.Unavailable, $"{vault} is sealed, so {doing} is not possible. An operator must unseal it."),
        { Status: 500 } when Transit.IsTampered(response) => new(SecretFailureKind.Integrity, $"{vault} refused {doing}: an encrypted value was changed, or belongs elsewhere."),
        { Status: >= 500 or 472 or 473 or 412 } => new(SecretFailureKind.Unavailable, $"{vault} answered {Text(response.Status)} to {doing}. Look at its own log; the request was {response.Id}."),
        { Status: 403 } => new(SecretFailureKind.Denied, $"{vault} does not allow {doing}."),
        { Status: 413 } => new(SecretFailureKind.Invalid, $"{vault} found the value too large for its storage while {doing}."),
        { Status: 404 } when response.Says("no handler for route") => new(SecretFailureKind.Invalid, $"{vault} has no engine at the path that {doing} needs. Check the mounts in the settings."),
        _ => new(SecretFailureKind.Invalid, $"{vault} answered {Text(response.Status)} to {doing}. Look at its own log; the request was {response.Id}."),
    };

    /// <summary>The result of a read.</summary>
    public SecretReadResult.Failed ToRead(string? requestId, string? accessor) => new(Kind, Message) { StoreRequestId = requestId, TokenAccessor = accessor };

    /// <summary>The result of a write.</summary>
    public SecretWriteResult ToWrite() => new(null, Kind, Message);

    /// <summary>For the calls that throw.</summary>
    public SecretStoreException ToException() => new(Kind, Message);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
