using System.Globalization;
using System.Text.RegularExpressions;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Http;
using AgentRuntime.Workspaces;
using Azure;
using Azure.Identity;
using Microsoft.Identity.Client;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>Turns what went wrong into words. Never passes on the text of a server or of an exception: either may quote a token.</summary>
/// <remarks>
/// Codes: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes and
/// https://learn.microsoft.com/entra/identity-platform/reference-error-codes. Thread-safe.
/// </remarks>
internal sealed partial class VaultFailures(AzureSecretSettings settings)
{
    private string Vault => $"The Key Vault {settings.VaultUrl.GetLeftPart(UriPartial.Authority)}";

    private string Authority => $"The authority {settings.AuthorityHost.GetLeftPart(UriPartial.Authority)}";

    /// <summary>What an exception of an operation means.</summary>
    /// <param name="exception">What the library threw.</param>
    /// <param name="call">What the answers said.</param>
    /// <param name="what">What was asked for, such as <c>the secret 'agentruntime-crm--read' (crm/read)</c>.</param>
    /// <param name="isLate">Whether the time of the operation is over.</param>
    public VaultFailure Of(Exception exception, VaultCall call, string what, bool isLate) => exception switch
    {
        _ when isLate => TookTooLong(call, what),
        OperationCanceledException => TookTooLong(call, what),
        AuthenticationFailedException identity => OfIdentity(identity, call),
        RequestFailedException { Status: > 0 } => OfStatus(call, what),
        AggregateException when call.Status >= 400 => OfStatus(call, what),
        _ when Network(exception) is { } network => new VaultFailure(SecretFailureKind.Unavailable, StoreHttp.Explain(network, Vault)),
        InvalidOperationException or UriFormatException when call.Status == 401 => new VaultFailure(
            SecretFailureKind.Denied,
            $"{Vault} asks for a token of another service than this vault, so it was given none. Check that vault_url is the right address; somebody may answer in the vault's place."),
        _ => new VaultFailure(SecretFailureKind.Unavailable, $"{Vault} did not answer as a Key Vault does ({exception.GetType().Name}). Check vault_url and what stands between this machine and the vault."),
    };

    /// <summary>The answer was none of a Key Vault, although its status said so.</summary>
    public VaultFailure Strange(VaultCall call, string what) => call.IsTooLarge
        ? new VaultFailure(SecretFailureKind.Invalid, $"{Vault} answered with more than a Key Vault secret can hold for {what}, so it was not read.")
        : new VaultFailure(SecretFailureKind.Integrity, $"{Vault} answered with something else than {what}. Check vault_url and what stands between this machine and the vault.");

    private VaultFailure OfStatus(VaultCall call, string what) => call.Status switch
    {
        400 => new VaultFailure(SecretFailureKind.Invalid, $"{Vault} does not accept the request for {what} ({Code(call)}). A secret has at most 25 KiB, and an older cloud may not know this version of the API."),
        401 => new VaultFailure(SecretFailureKind.Denied, $"{Vault} does not accept the token of this identity. Check that the vault and the identity belong to the same tenant{Tenant(call)}."),
        403 => Refused(call, what),
        404 => new VaultFailure(SecretFailureKind.Missing, $"{Vault} has no such version of {what}, or no such secret. If it was deleted, 'az keyvault secret list-deleted' shows it to who may look."),
        409 => Conflicting(call, what),
        429 => new VaultFailure(SecretFailureKind.Throttled, $"{Vault} asks to slow down{Wait(call)}. It serves about 4,000 requests in 10 seconds; other clients count as well."),
        >= 300 and < 400 => new VaultFailure(SecretFailureKind.Unavailable, $"{Vault} sends us elsewhere (status {Number(call.Status)}), and redirects are not followed, because the token would travel. Write the final address in vault_url."),
        _ => new VaultFailure(SecretFailureKind.Unavailable, $"{Vault} is not available at the moment (status {Number(call.Status)}). Try again later; see the service's health in the portal."),
    };

    private VaultFailure Refused(VaultCall call, string what) => call.InnerCode switch
    {
        "SecretDisabled" => new VaultFailure(SecretFailureKind.Disabled, $"{Capital(what)} is disabled in the Key Vault. Enable the version with 'agentruntime credentials enable', or store a new one."),
        "ForbiddenByFirewall" => new VaultFailure(SecretFailureKind.Denied, $"The firewall of {Vault.Replace("The", "the", StringComparison.Ordinal)} does not let this machine's address in. Add the address or the network to the vault's network rules, or use a private endpoint."),
        "ForbiddenByConnection" => new VaultFailure(SecretFailureKind.Denied, $"{Vault} is closed to public networks. Use a private endpoint, and check that its name resolves to the private address here."),
        "ForbiddenByRbac" => new VaultFailure(SecretFailureKind.Denied, $"{Vault} refuses this identity {what}. Assign it the role 'Key Vault Secrets User' on that secret; a new assignment may take 10 minutes.") { IsByRights = true },
        "ForbiddenByPolicy" or "AccessDenied" => new VaultFailure(SecretFailureKind.Denied, $"{Vault} refuses this identity {what}: no access policy allows it. Better than a policy, which covers every secret: let the vault use Azure RBAC and assign 'Key Vault Secrets User' on that secret.") { IsByRights = true },
        _ => new VaultFailure(SecretFailureKind.Denied, $"{Vault} refuses this identity {what} ({Code(call)}). Check its role assignments and the vault's network rules.") { IsByRights = true },
    };

    private VaultFailure Conflicting(VaultCall call, string what) => call.InnerCode is "ObjectIsDeletedButRecoverable" or "ObjectIsBeingDeleted"
        ? new VaultFailure(SecretFailureKind.Deleted, $"{Capital(what)} was deleted and can still be recovered, so its name is taken. Recover it with 'az keyvault secret recover', or purge it, and try again.")
        : new VaultFailure(SecretFailureKind.Conflict, $"{Vault} is changing {what} at this moment ({Code(call)}). Try again.");

    private VaultFailure TookTooLong(VaultCall call, string what) => call.Status switch
    {
        429 or >= 500 => OfStatus(call, what),
        _ when call.Fault is { } fault && Network(fault) is { } network => new VaultFailure(SecretFailureKind.Unavailable, StoreHttp.Explain(network, Vault)),
        _ => new VaultFailure(SecretFailureKind.Unavailable, string.Create(CultureInfo.InvariantCulture, $"{Vault} or its authority did not answer within {settings.Timeout.TotalSeconds:0.#} seconds. Check the network, or raise secrets.azure.timeout_s.")),
    };

    private VaultFailure OfIdentity(AuthenticationFailedException exception, VaultCall call)
    {
        if (call.ChallengeTenant is { } asked && TenantOf(settings.Auth) is { } own && asked != own)
        {
            return new VaultFailure(SecretFailureKind.Denied, $"{Vault} belongs to the tenant {asked}, and the identity to {own}. Correct tenant_id, or check that vault_url is the right vault.");
        }

        if (settings.Auth is AzureIdentitySettings.WorkloadIdentity workload && Inner(exception).Any(IsFile))
        {
            return new VaultFailure(SecretFailureKind.Invalid, $"The token file {workload.TokenFile} cannot be read. Check that it is mounted and that this user may read it.");
        }

        if (Network(exception) is { } network)
        {
            return new VaultFailure(SecretFailureKind.Unavailable, StoreHttp.Explain(network, settings.Auth is AzureIdentitySettings.ManagedIdentity ? "The managed identity endpoint of this machine" : Authority));
        }

        var status = Inner(exception).OfType<MsalServiceException>().FirstOrDefault()?.StatusCode ?? Inner(exception).OfType<RequestFailedException>().FirstOrDefault()?.Status ?? 0;
        if (status is 429 or >= 500)
        {
            return new VaultFailure(status == 429 ? SecretFailureKind.Throttled : SecretFailureKind.Unavailable, $"{Authority} gives no token at the moment (status {Number(status)}). Try again later.");
        }

        if (settings.Auth is AzureIdentitySettings.ManagedIdentity)
        {
            return new VaultFailure(exception is CredentialUnavailableException ? SecretFailureKind.Unavailable : SecretFailureKind.Denied, "This machine or service gives no token of that managed identity. Check that the identity is assigned to it, and auth.client_id when it is a user-assigned one.");
        }

        return new VaultFailure(SecretFailureKind.Denied, $"{Authority} gives this identity no token{Reason(exception)}");
    }

    private static string Reason(Exception exception)
    {
        var code = Inner(exception).Select(inner => EntraCode().Match(inner.Message)).FirstOrDefault(match => match.Success)?.Value;
        return code switch
        {
            null => ". Check tenant_id, client_id and the file of auth.",
            "AADSTS90002" => $" ({code}): there is no such tenant. Check auth.tenant_id.",
            "AADSTS700016" => $" ({code}): the tenant has no such application. Check auth.client_id and auth.tenant_id.",
            "AADSTS700027" => $" ({code}): the application does not know this certificate. Add the certificate to the application.",
            "AADSTS7000222" or "AADSTS700024" => $" ({code}): its time is over. Renew the certificate or the token, and check this machine's clock.",
            "AADSTS70021" or "AADSTS700211" or "AADSTS700212" or "AADSTS700213" => $" ({code}): no federated credential of the application fits the token. Compare issuer, subject and audience.",
            _ => $" ({code}). Look the code up at https://login.microsoftonline.com/error.",
        };
    }

    private static Guid? TenantOf(AzureIdentitySettings auth) => auth switch
    {
        AzureIdentitySettings.WorkloadIdentity workload => workload.TenantId,
        AzureIdentitySettings.ClientCertificate certificate => certificate.TenantId,
        _ => null,
    };

    private static Exception? Network(Exception exception) =>
        Inner(exception).FirstOrDefault(inner => inner is HttpRequestException || (inner is IOException && !IsFile(inner)));

    private static bool IsFile(Exception exception) => exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException;

    private static IEnumerable<Exception> Inner(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            yield return inner;
        }
    }

    private static string Code(VaultCall call) => call.InnerCode ?? call.Code ?? "no code";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Wait(VaultCall call) => call.RetryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $" for {wait.TotalSeconds:0} seconds") : string.Empty;

    private static string Tenant(VaultCall call) => call.ChallengeTenant is { } tenant ? $" (the vault's is {tenant})" : string.Empty;

    private static string Capital(string text) => string.Concat(char.ToUpperInvariant(text[0]).ToString(), text.AsSpan(1));

    [GeneratedRegex("AADSTS[0-9]{4,9}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EntraCode();
}
