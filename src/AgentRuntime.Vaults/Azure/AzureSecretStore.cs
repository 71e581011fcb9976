using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Vaults.Azure.Wire;
using AgentRuntime.Vaults.Azure.Work;

namespace AgentRuntime.Vaults.Azure;

/// <summary>Azure Key Vault: each credential is one secret, each version one version of it.</summary>
/// <remarks>
/// <para>
/// A read gives the current version. If that one is disabled the read fails; it never falls back to an older one. What the vault hands out although it
/// is not valid yet, or not any more, is refused here.
/// </para>
/// <para>
/// Values never become managed strings: they are copied from the bytes of the answer into pinned memory and zeroed. The access token of the identity is
/// a string inside the identity library for as long as it is valid.
/// </para>
/// <para>
/// The read of an attempt carries <see cref="AgentRuntime.Audit.AttemptCorrelation"/>, which the vault's diagnostic log shows as <c>correlationId</c>;
/// <see cref="SecretReadResult.StoreRequestId"/> is the vault's <c>x-ms-request-id</c>. Requests are sent again within <see cref="AgentRuntime.Workspaces.AzureSecretSettings.Timeout"/>.
/// API: https://learn.microsoft.com/rest/api/keyvault/secrets, version 7.4. Thread-safe; nothing but the token is cached.
/// </para>
/// </remarks>
public sealed class AzureSecretStore : ISecretStore, ISecretWriter, ISecretMetadata, ISecretStoreCheck, IAsyncDisposable
{
    private readonly KeyVault _vault;
    private readonly KeyVaultName _names;
    private readonly SecretReading _reading;
    private readonly VersionListing _listing;
    private readonly SecretWriting _writing;
    private readonly StoreExamination _examination;

    private AzureSecretStore(KeyVault vault, AzureStoreOptions options, TimeProvider time)
    {
        _vault = vault;
        _names = new KeyVaultName(options.Settings.Prefix);
        _reading = new SecretReading(vault, time);
        _listing = new VersionListing(vault, _reading, _names, time);
        _writing = new SecretWriting(vault, _reading, _listing, options.Settings.VaultUrl, time);
        _examination = new StoreExamination(vault, _listing, _names, options.Settings);
    }

    /// <inheritdoc/>
    public string Name => "azure";

    /// <summary>The credential behind the name of a secret, as the vault's log has it; <c>null</c> when it is the name of something else.</summary>
    /// <param name="prefix">What the names begin with, <see cref="AgentRuntime.Workspaces.AzureSecretSettings.Prefix"/>.</param>
    /// <param name="secret">The name, in upper or lower case.</param>
    public static CredentialName? CredentialOf(string prefix, string secret)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(secret);
        return new KeyVaultName(prefix).Decode(secret);
    }

    /// <summary>Reads the files that the settings name. Nothing is sent before the first read.</summary>
    /// <exception cref="SecretStoreException">A file cannot be used, or others can read the certificate's.</exception>
    public static AzureSecretStore Open(AzureStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return new AzureSecretStore(new KeyVault(options, time), options, time);
    }

    /// <inheritdoc/>
    public ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _reading.ReadAsync(Place(request.Credential), request.Version, request.Context, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// At most 25 KiB and 32 fields. The vault has no check-and-set: the condition is read before the write, and two writers in the same moment may both
    /// succeed. Both values stay as versions of their own.
    /// </remarks>
    public ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return _writing.SetAsync(Place(credential), fields, condition, context, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        _writing.EnableAsync(Place(credential), version, enabled: false, context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        _writing.EnableAsync(Place(credential), version, enabled: true, context, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Only all versions together, and recoverable for as long as the vault is set to; one version gives <see cref="SecretFailureKind.Invalid"/>.</remarks>
    public ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        _writing.DeleteAsync(Place(credential), version, context, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>An identity that may not list is asked about each of <paramref name="known"/>; what it may not see is left out.</remarks>
    public async ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(known);
        var (all, failure) = await _listing.NamesAsync(context, cancellationToken);
        if (failure is { IsByRights: false })
        {
            throw new SecretStoreException(failure.Kind, failure.Message);
        }

        return await _listing.DescribeAllAsync((all ?? known).Select(Place).OrderBy(place => place.Credential.ToString(), StringComparer.Ordinal), context, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken) =>
        _listing.DescribeAsync(Place(credential), context, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(known);
        return _examination.ExamineAsync(known, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _vault.Dispose();
        return ValueTask.CompletedTask;
    }

    private SecretPlace Place(CredentialName credential) => new(credential, _names.Encode(credential));
}
