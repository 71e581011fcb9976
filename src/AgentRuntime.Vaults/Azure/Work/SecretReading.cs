using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Vaults.Azure.Wire;
using Azure.Security.KeyVault.Secrets;

namespace AgentRuntime.Vaults.Azure.Work;

/// <summary>Reads one secret. Thread-safe.</summary>
internal sealed class SecretReading(KeyVault vault, TimeProvider time)
{
    /// <summary>Asks the vault; for a secret that is not there also whether it was deleted.</summary>
    public async ValueTask<SecretReadResult> ReadAsync(SecretPlace place, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if ((place.Refusal ?? place.RefusalOf(version)) is { } refusal)
        {
            return Failed(refusal, null);
        }

        using var call = new VaultCall(context);
        var (secret, failure) = await vault.RunAsync(
            call,
            place.What,
            async (client, token) => (await client.GetSecretAsync(place.Name, version?.Value, token)).Value,
            cancellationToken);
        var id = call.RequestId;
        if (secret is null)
        {
            return Failed(failure!.Kind == SecretFailureKind.Missing ? await DeletedAsync(place, context, cancellationToken) ?? failure : failure, id);
        }

        return Open(place, version, secret.Properties, call) switch
        {
            (Dictionary<string, SecretValue> fields, _) => new SecretReadResult.Found(new SecretMaterial(new SecretRef(place.Credential, new CredentialVersion(secret.Properties.Version)), fields)) { StoreRequestId = id },
            (_, VaultFailure problem) => Failed(problem, id),
            _ => throw new InvalidOperationException("Neither fields nor a failure."),
        };
    }

    /// <summary>What to say when the secret was deleted and can be recovered; <c>null</c> when it was not, or this identity may not know.</summary>
    public async ValueTask<VaultFailure?> DeletedAsync(SecretPlace place, SecretAccessContext? context, CancellationToken cancellationToken) =>
        await FindDeletedAsync(place, context, cancellationToken) is not { } deleted
            ? null
            : new VaultFailure(SecretFailureKind.Deleted, $"The secret '{place.Name}' ({place.Credential}) was deleted with all its versions{Until(deleted.ScheduledPurgeDate)}. Recover it with 'az keyvault secret recover', or purge it and store it anew.");

    /// <summary>A secret that was deleted and can be recovered; <c>null</c> when it was not, or this identity may not know.</summary>
    public async ValueTask<DeletedSecret?> FindDeletedAsync(SecretPlace place, SecretAccessContext? context, CancellationToken cancellationToken)
    {
        using var call = new VaultCall(context);
        return (await vault.RunAsync(call, place.What, async (client, token) => (await client.GetDeletedSecretAsync(place.Name, token)).Value, cancellationToken)).Value;
    }

    private static SecretReadResult.Failed Failed(VaultFailure failure, string? id) => new(failure.Kind, failure.Message) { StoreRequestId = id };

    private static string Until(DateTimeOffset? purge) => purge is { } time ? $" and can be recovered until {Text(time)}" : string.Empty;

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private (Dictionary<string, SecretValue>? Fields, VaultFailure? Failure) Open(SecretPlace place, CredentialVersion? version, SecretProperties properties, VaultCall call)
    {
        var now = time.GetUtcNow();
        var failure = properties switch
        {
            { Name: { } name, Version: { Length: > 0 } got } when !string.Equals(name, place.Name, StringComparison.OrdinalIgnoreCase) || (version is { } asked && !string.Equals(got, asked.Value, StringComparison.OrdinalIgnoreCase)) =>
                new VaultFailure(SecretFailureKind.Integrity, $"The Key Vault answered with another secret or version than {place.What}. Check vault_url and what stands between this machine and the vault."),
            { Version: null or "" } or { Name: null } => new VaultFailure(SecretFailureKind.Integrity, $"The Key Vault's answer does not say which version of {place.What} it holds."),
            { Enabled: false } => new VaultFailure(SecretFailureKind.Disabled, $"The current version of {place.What} is disabled."),
            { NotBefore: { } from } when from > now => new VaultFailure(SecretFailureKind.Invalid, $"The version of {place.What} is not valid yet: it begins at {Text(from)}. The Key Vault hands it out all the same; the runtime does not."),
            { ExpiresOn: { } to } when to <= now => new VaultFailure(SecretFailureKind.Invalid, $"The version of {place.What} expired at {Text(to)}. The Key Vault hands it out all the same; the runtime does not. Store a new version."),
            _ when call.Value is null => new VaultFailure(SecretFailureKind.Invalid, $"The Key Vault's answer for {place.What} holds no value."),
            _ => null,
        };
        if (failure is not null)
        {
            return (null, failure);
        }

        return FieldsDocument.Read(call.Value!.Written.Span, properties.ContentType) is { } fields
            ? (fields, null)
            : (null, new VaultFailure(SecretFailureKind.Invalid, $"{Capital(place.What)} has the content type {FieldsDocument.ContentType} and is no JSON object of named fields. Store it with 'agentruntime credentials set {place.Credential}', or remove the content type."));
    }

    private static string Capital(string text) => string.Concat(char.ToUpperInvariant(text[0]).ToString(), text.AsSpan(1));
}
