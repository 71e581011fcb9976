using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>Reads one version of one credential from the key/value engine. Thread-safe.</summary>
/// <param name="names">Where it is.</param>
/// <param name="transit">Decrypts it, or <c>null</c>.</param>
/// <param name="vault">How messages name the vault.</param>
internal sealed class KvReading(VaultNames names, TransitFields? transit, string vault)
{
    private readonly byte[] _tagKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>How many requests one read makes.</summary>
    public int Uses => transit is null ? 1 : 2;

    /// <summary>Reads.</summary>
    public async ValueTask<SecretReadResult> ReadAsync(VaultIdentity identity, CredentialName credential, CredentialVersion? version, Deadline deadline, CancellationToken cancellationToken)
    {
        long? number = null;
        if (names.Versioned && version is { } asked)
        {
            if (!long.TryParse(asked.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed < 1)
            {
                return Missing(credential, version).ToRead(new IdGenerator(deadline.Time).NewId(), accessor: null);
            }

            number = parsed;
        }

        var secret = names.Secret(credential);
        using var response = await identity.SendAsync(names.Versioned ? KvV2.Read(names.Mount, secret, number) : KvV1.Read(names.Mount, secret), deadline, cancellationToken);
        var id = response.Id;
        var data = names.Versioned ? response.Data["data"] : response.Data;
        if (!response.Succeeded || data.Kind != JsonTokenType.StartObject || (names.Versioned && response.Data["metadata"]["version"].Number() is null or < 1))
        {
            return FailureOf(response, credential, version).ToRead(id, identity.Accessor);
        }

        var found = names.Versioned ? new CredentialVersion((response.Data["metadata"]["version"].Number() ?? 0).ToString(CultureInfo.InvariantCulture)) : Tag(data);
        if (!names.Versioned && version is { } tag && tag != found)
        {
            return Missing(credential, version).ToRead(id, identity.Accessor);
        }

        var (fields, failure) = transit is null
            ? SecretFields.Read(data, credential)
            : await transit.DecryptAsync(identity, credential, data, deadline, cancellationToken);
        return fields is null
            ? failure!.ToRead(id, identity.Accessor)
            : new SecretReadResult.Found(new SecretMaterial(new SecretRef(credential, found), fields)) { StoreRequestId = id, TokenAccessor = identity.Accessor };
    }

    /// <summary>
    /// Engine version 1 has no versions, and sessions are kept by version; so a version is made up that changes with the value: a keyed hash, whose key is this
    /// process's own and tells nothing to anybody else.
    /// </summary>
    public CredentialVersion Tag(JsonSlice data) => new($"kv1-{Convert.ToHexStringLower(HMACSHA256.HashData(_tagKey, data.Utf8.Span).AsSpan(0, 6))}");

    /// <summary>That there is no such credential or version.</summary>
    public VaultFailure Missing(CredentialName credential, CredentialVersion? version) => new(
        SecretFailureKind.Missing,
        version is null
            ? $"{vault} has no {credential} (at {names.DataPath(credential)}). Store it with 'agentruntime credentials set {credential}'."
            : $"{vault} has no such version of {credential}. See 'agentruntime credentials versions {credential}'.");

    private VaultFailure FailureOf(VaultResponse response, CredentialName credential, CredentialVersion? version)
    {
        var metadata = response.Data["metadata"];
        return response switch
        {
            { Succeeded: true } => new(SecretFailureKind.Unavailable, $"{vault} gave an answer for {credential} that holds no secret. Check that the address is that of a vault, and nothing between changes its answers."),
            { Status: 404 } when metadata.Exists => KvVersion.Read(metadata) is { Destroyed: true } destroyed
                ? new(SecretFailureKind.Deleted, $"Version {destroyed.Number.ToString(CultureInfo.InvariantCulture)} of {credential} was destroyed. Store a new one with 'agentruntime credentials set {credential}'.")
                : new(SecretFailureKind.Disabled, $"A version of {credential} is disabled (deleted and not destroyed). Enable it with 'agentruntime credentials enable {credential}', or store a new one."),
            { Status: 404, Warnings.Count: > 0 } => new(SecretFailureKind.Invalid, $"The engine at {names.Mount} is of version 2, and the settings say kv_version 1. Correct kv_version."),
            { Status: 404 } when response.Says("no handler for route") => VaultFailure.Of(response, vault, $"reading {credential}"),
            { Status: 404 } => Missing(credential, version),
            { Status: 403 } => new(SecretFailureKind.Denied, $"{vault} does not allow to read {names.DataPath(credential)} for {credential}: its policy '{names.Policy(credential)}' is missing or does not grant it. Run 'agentruntime vault plan' and have it applied."),
            _ => VaultFailure.Of(response, vault, $"reading {credential}"),
        };
    }
}
