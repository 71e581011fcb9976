using System.Globalization;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Vaults.Azure.Wire;
using Azure.Security.KeyVault.Secrets;

namespace AgentRuntime.Vaults.Azure.Work;

/// <summary>Changes secrets. Thread-safe.</summary>
internal sealed class SecretWriting(KeyVault vault, SecretReading reading, VersionListing listing, Uri url, TimeProvider time)
{
    private const int MaxFields = 32;

    /// <summary>Stores a new version. A condition is checked by a read before the write: the vault has no write that checks by itself.</summary>
    public async ValueTask<SecretWriteResult> SetAsync(SecretPlace place, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        if (place.Refusal is { } refusal)
        {
            return Failed(refusal);
        }

        using var text = new PinnedBuffer();
        if (Refuse(place, fields) is { } problem || (problem = Fill(place, fields, text)) is not null)
        {
            return Failed(problem);
        }

        if (condition.IsChecked && await ConflictAsync(place, condition, context, cancellationToken) is { } conflict)
        {
            return Failed(conflict);
        }

        using var call = new VaultCall(context) { Body = BodyOf(fields, text) };
        var (secret, failure) = await vault.RunAsync(
            call,
            place.What,
            async (client, token) => (await client.SetSecretAsync(new KeyVaultSecret(place.Name, "(beside)"), token)).Value,
            cancellationToken);
        return failure is null ? new SecretWriteResult(new CredentialVersion(secret!.Properties.Version)) : Failed(failure);
    }

    /// <summary>Enables or disables a version, or the newest one.</summary>
    public async ValueTask<SecretWriteResult> EnableAsync(SecretPlace place, CredentialVersion? version, bool enabled, SecretAccessContext context, CancellationToken cancellationToken)
    {
        if ((place.Refusal ?? place.RefusalOf(version)) is { } refusal)
        {
            return Failed(refusal);
        }

        var asked = version;
        if (asked is null)
        {
            var (versions, problem) = await listing.VersionsAsync(place, context, cancellationToken);
            if (versions is not [var newest, ..])
            {
                return Failed(problem ?? await GoneAsync(place, context, cancellationToken));
            }

            asked = new CredentialVersion(newest.Version);
        }

        using var call = new VaultCall(context);
        var change = new SecretProperties(new Uri(url, $"/secrets/{place.Name}/{asked}")) { Enabled = enabled };
        var (_, failure) = await vault.RunAsync(call, place.What, async (client, token) => (await client.UpdateSecretPropertiesAsync(change, token)).Value, cancellationToken);
        return failure switch
        {
            null => new SecretWriteResult(asked),
            { Kind: SecretFailureKind.Missing } => Failed(await GoneAsync(place, context, cancellationToken)),
            _ => Failed(failure),
        };
    }

    /// <summary>Deletes the whole secret, which can be recovered for the time that the vault is set to. One version alone cannot be deleted.</summary>
    public async ValueTask<SecretWriteResult> DeleteAsync(SecretPlace place, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken)
    {
        if (place.Refusal is { } refusal)
        {
            return Failed(refusal);
        }

        if (version is not null)
        {
            return Failed(new VaultFailure(SecretFailureKind.Invalid, $"Azure Key Vault cannot delete one version of {place.What}, only all of them. Disable the version with 'agentruntime credentials disable {place.Credential} --version V', or delete without --version."));
        }

        using var call = new VaultCall(context);
        var (_, failure) = await vault.RunAsync(call, place.What, async (client, token) => await client.StartDeleteSecretAsync(place.Name, token), cancellationToken);
        if (failure is not { Kind: SecretFailureKind.Missing })
        {
            return failure is null ? new SecretWriteResult(null) : Failed(failure);
        }

        // Deleted before: what was asked for holds.
        return await reading.DeletedAsync(place, context, cancellationToken) is null ? Failed(failure) : new SecretWriteResult(null);
    }

    private static SecretWriteResult Failed(VaultFailure failure) => new(null, failure.Kind, failure.Message);

    private static VaultFailure? Refuse(SecretPlace place, IReadOnlyDictionary<string, SecretValue> fields)
    {
        var problem = fields.Count switch
        {
            0 => "it has no field",
            > MaxFields => $"it has {fields.Count} fields; at most {MaxFields} can be stored",
            _ when fields.Keys.Any(name => !Name.IsValid(name)) => "a field's name is not made of letters, digits, '_', '-' and '.'",
            _ when fields.Values.All(value => value.Length == 0) => "its value is empty",
            _ when fields.Values.Sum(value => (long)value.Length) > FieldsDocument.MaxSize => TooLarge,
            _ => null,
        };
        return problem is null ? null : NotStored(place, problem);
    }

    private static string TooLarge => $"an Azure Key Vault secret holds at most {FieldsDocument.MaxSize / 1024} KiB, with the names of its fields and the encoding of binary values";

    private static VaultFailure NotStored(SecretPlace place, string problem) => new(SecretFailureKind.Invalid, $"The credential {place.Credential} was not stored: {problem}.");

    private static VaultFailure? Fill(SecretPlace place, IReadOnlyDictionary<string, SecretValue> fields, PinnedBuffer text)
    {
        FieldsDocument.Write(fields, text);
        return text.Length <= FieldsDocument.MaxSize ? null : NotStored(place, TooLarge);
    }

    private PinnedBuffer BodyOf(IReadOnlyDictionary<string, SecretValue> fields, PinnedBuffer text)
    {
        var body = new PinnedBuffer(text.Length + 4096);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("value", text.Written.Span);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal) { [VersionListing.WrittenTag] = time.GetUtcNow().Ticks.ToString(CultureInfo.InvariantCulture) };
        if (!FieldsDocument.IsPlain(fields))
        {
            json.WriteString("contentType", FieldsDocument.ContentType);
            FieldNames.Write(fields.Keys, tags);
        }

        json.WriteStartObject("tags");
        foreach (var (name, tag) in tags)
        {
            json.WriteString(name, tag);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return body;
    }

    private async ValueTask<VaultFailure?> ConflictAsync(SecretPlace place, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        var (versions, failure) = await listing.VersionsAsync(place, context, cancellationToken);
        if (versions is null)
        {
            return failure;
        }

        var newest = versions is [var first, ..] ? new CredentialVersion(first.Version) : (CredentialVersion?)null;
        if (newest is null && await reading.DeletedAsync(place, context, cancellationToken) is { } deleted)
        {
            return deleted;
        }

        if (condition.Allows(newest))
        {
            return null;
        }

        var now = newest is { } version ? $"its newest version is now {version}" : "it has no version any more";
        return new VaultFailure(SecretFailureKind.Conflict, $"The credential {place.Credential} was not stored: {now}, so somebody else changed it in between. Look at 'agentruntime credentials versions {place.Credential}' and try again.");
    }

    private async ValueTask<VaultFailure> GoneAsync(SecretPlace place, SecretAccessContext context, CancellationToken cancellationToken) =>
        await reading.DeletedAsync(place, context, cancellationToken)
        ?? new VaultFailure(SecretFailureKind.Missing, $"The Key Vault has no such version of {place.What}, or no such secret.");
}
