using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Vaults.Azure.Wire;
using Azure.Security.KeyVault.Secrets;

namespace AgentRuntime.Vaults.Azure.Work;

/// <summary>Asks for names, versions and states, without values. Thread-safe.</summary>
internal sealed class VersionListing(KeyVault vault, SecretReading reading, KeyVaultName names, TimeProvider time)
{
    /// <summary>The tag that orders versions of one second; the vault's own times are whole seconds.</summary>
    public const string WrittenTag = "agentruntime-written";

    /// <summary>The versions of a secret, newest first; empty when there is none.</summary>
    public async ValueTask<VaultOutcome<IReadOnlyList<SecretProperties>>> VersionsAsync(SecretPlace place, SecretAccessContext? context, CancellationToken cancellationToken)
    {
        if (place.Refusal is { } refusal)
        {
            return new VaultOutcome<IReadOnlyList<SecretProperties>>(null, refusal);
        }

        using var call = new VaultCall(context);
        var (versions, failure) = await vault.RunAsync(
            call,
            $"the list of versions of {place.What}",
            async (client, token) => await client.GetPropertiesOfSecretVersionsAsync(place.Name, token).ToListAsync(token),
            cancellationToken);
        return failure switch
        {
            null => new VaultOutcome<IReadOnlyList<SecretProperties>>([.. versions!.Where(one => one.Version is { Length: > 0 }).OrderByDescending(one => one.CreatedOn ?? DateTimeOffset.MinValue).ThenByDescending(Written).ThenBy(one => one.Version, StringComparer.Ordinal)], null),
            { Kind: SecretFailureKind.Missing } => new VaultOutcome<IReadOnlyList<SecretProperties>>([], null),
            _ => new VaultOutcome<IReadOnlyList<SecretProperties>>(null, failure),
        };
    }

    /// <summary>The names of all credentials in the vault, or why they cannot be listed.</summary>
    public async ValueTask<VaultOutcome<IReadOnlyList<CredentialName>>> NamesAsync(SecretAccessContext? context, CancellationToken cancellationToken)
    {
        using var call = new VaultCall(context);
        var (secrets, failure) = await vault.RunAsync(
            call,
            "the list of all secrets",
            async (client, token) => await client.GetPropertiesOfSecretsAsync(token).ToListAsync(token),
            cancellationToken);
        return secrets is null
            ? new VaultOutcome<IReadOnlyList<CredentialName>>(null, failure)
            : new VaultOutcome<IReadOnlyList<CredentialName>>([.. secrets.Select(secret => names.Decode(secret.Name)).OfType<CredentialName>().OrderBy(name => name.ToString(), StringComparer.Ordinal)], null);
    }

    /// <summary>Those of the known credentials that this identity may see.</summary>
    public async ValueTask<IReadOnlyList<SecretDescription>> DescribeAllAsync(IEnumerable<SecretPlace> known, SecretAccessContext context, CancellationToken cancellationToken)
    {
        var descriptions = new List<SecretDescription>();
        foreach (var place in known)
        {
            try
            {
                if (await DescribeAsync(place, context, cancellationToken) is { } description)
                {
                    descriptions.Add(description);
                }
            }
            catch (SecretStoreException exception) when (exception.Failure is SecretFailureKind.Denied or SecretFailureKind.Invalid)
            {
                // Not for this identity, or no name of this store: the others are listed all the same, and a read says why.
            }
        }

        return descriptions;
    }

    /// <summary>One credential; <c>null</c> when the vault has no such secret.</summary>
    /// <exception cref="SecretStoreException">The vault cannot be asked, or refuses.</exception>
    public async ValueTask<SecretDescription?> DescribeAsync(SecretPlace place, SecretAccessContext context, CancellationToken cancellationToken)
    {
        var (versions, failure) = await VersionsAsync(place, context, cancellationToken);
        if (versions is null)
        {
            return failure!.IsByRights
                ? await DescribeByReadingAsync(place, context, cancellationToken)
                : throw new SecretStoreException(failure.Kind, failure.Message);
        }

        if (versions.Count > 0)
        {
            return new SecretDescription(place.Credential, IsReadable(versions[0]) ? Version(versions[0]) : null, [.. versions.Select(Describe)]);
        }

        return await reading.FindDeletedAsync(place, context, cancellationToken) is { Properties: { Version: { Length: > 0 } } deleted }
            ? new SecretDescription(place.Credential, null, [Describe(deleted) with { State = SecretVersionState.Deleted }])
            : null;
    }

    // An identity that may read one secret and list nothing: what a read says beside the value, which is zeroed at once.
    private async ValueTask<SecretDescription?> DescribeByReadingAsync(SecretPlace place, SecretAccessContext context, CancellationToken cancellationToken)
    {
        using var call = new VaultCall(context);
        var (secret, failure) = await vault.RunAsync(call, place.What, async (client, token) => (await client.GetSecretAsync(place.Name, null, token)).Value, cancellationToken);
        return failure switch
        {
            null => new SecretDescription(place.Credential, IsReadable(secret!.Properties) ? Version(secret.Properties) : null, [Describe(secret.Properties)]),
            { Kind: SecretFailureKind.Missing } or { Kind: SecretFailureKind.Disabled } => null,
            _ => throw new SecretStoreException(failure.Kind, failure.Message),
        };
    }

    private static long Written(SecretProperties version) =>
        version.Tags.TryGetValue(WrittenTag, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0;

    private static CredentialVersion Version(SecretProperties version) => new(version.Version);

    private static SecretVersionDescription Describe(SecretProperties version) => new(
        Version(version),
        version.Enabled == false ? SecretVersionState.Disabled : SecretVersionState.Enabled,
        version.CreatedOn ?? DateTimeOffset.MinValue,
        string.Equals(version.ContentType, FieldsDocument.ContentType, StringComparison.OrdinalIgnoreCase) ? FieldNames.Read(version.Tags) : [SecretMaterial.ValueField],
        LastRead: null);

    private bool IsReadable(SecretProperties version)
    {
        var now = time.GetUtcNow();
        return version.Enabled != false && !(version.NotBefore > now) && !(version.ExpiresOn <= now);
    }
}
