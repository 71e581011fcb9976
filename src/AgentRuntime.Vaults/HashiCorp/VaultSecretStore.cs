using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Checks;
using AgentRuntime.Vaults.HashiCorp.Work;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp;

/// <summary>HashiCorp Vault or OpenBao as the secret store: values in the key/value engine (optionally encrypted by transit) or made by the database engine.</summary>
/// <remarks>
/// <para>
/// Each attempt reads with a token of its own, minted through a token role: the one policy of its credential, exactly the uses that the read needs, seconds of
/// life, and the run, step and attempt as metadata, which the vault's audit log carries with the read. It is revoked when the lease ends.
/// </para>
/// <para>
/// What may pass (sealed, standby, failover, rate limit) is tried again within <see cref="VaultSecretSettings.Timeout"/>; then the result says what is wrong.
/// Nothing is cached. Thread-safe. <see cref="SecretStoreException"/> is thrown by <see cref="Open"/> and by the descriptions only.
/// </para>
/// </remarks>
public sealed class VaultSecretStore : IStepAccessStore, ISecretWriter, ISecretMetadata, ISecretStoreCheck, IAsyncDisposable
{
    private const int DescribedAtOnce = 8;
    private readonly VaultParts _parts;

    private VaultSecretStore(VaultParts parts) => _parts = parts;

    /// <inheritdoc/>
    public string Name => "vault";

    internal VaultParts Parts => _parts;

    /// <summary>Opens the store. The vault is asked at the first use, not here.</summary>
    /// <exception cref="SecretStoreException">A token is in the environment, the address is not https, or a certificate file cannot be used.</exception>
    public static VaultSecretStore Open(VaultStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return options.TokenVariable is { } variable
            ? throw new SecretStoreException(
                SecretFailureKind.Invalid,
                $"The environment variable {variable} holds a vault token, which every child process and crash report could read; it is never used. Unset it, and let the runtime log in by secrets.vault.auth: kubernetes, jwt, cert, approle with a wrapped secret id, or token_file with a file of mode 600. Operators pass --token-file.")
            : new VaultSecretStore(new VaultParts(options, time));
    }

    /// <inheritdoc/>
    public async ValueTask<StoreAccess?> PrepareAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_parts.Settings.Tokens.Mode == VaultTokenMode.Inline || _parts.OperatorFor(request.Context) is not null)
        {
            return null;
        }

        var (access, _, _) = await _parts.Tokens.MintAsync(request.Credential, request.Context, _parts.UsesOf(request.Credential), _parts.Calls.Begin(), cancellationToken);
        return access;
    }

    /// <inheritdoc/>
    public async ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var step = _parts.StepFor(request);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var identity = step ?? _parts.OtherFor(request.Context);
            var deadline = _parts.Calls.Begin();
            var read = _parts.Database.Makes(request.Credential)
                ? await _parts.Database.ReadAsync(identity, request.Credential, request.Version, deadline, cancellationToken)
                : await _parts.Reading.ReadAsync(identity, request.Credential, request.Version, deadline, cancellationToken);
            return read is SecretReadResult.Found found ? found with { Access = step?.Take() } : read;
        }
        finally
        {
            step?.End();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Refuses more than 1 MiB over all fields, more than 32 fields, and a credential whose fields are all empty.</remarks>
    public async ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(context);
        if ((Refuse(credential) ?? Embedded.Work.SecretWriting.Refuse(credential, fields)) is { } refused)
        {
            return refused;
        }

        return _parts.Names.Versioned
            ? await _parts.Writing.SetAsync(_parts.Writer, credential, fields, condition, _parts.Calls.Begin(), cancellationToken)
            : await _parts.One.SetAsync(_parts.Writer, credential, fields, condition, _parts.Calls.Begin(), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Deletes the version in the vault's sense, which can be undone.</remarks>
    public ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        ChangeAsync(credential, version, KvChange.Disable, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        ChangeAsync(credential, version, KvChange.Enable, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Destroys the version in the vault's sense.</remarks>
    public ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        ChangeAsync(credential, version, KvChange.Destroy, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(known);
        IEnumerable<CredentialName> all = known;
        if (_parts.Operator is { } person && _parts.Names.Versioned && await _parts.Describing.NamesAsync(person, _parts.Calls.Begin(), cancellationToken) is { } listed)
        {
            all = known.Concat(listed);
        }

        var wanted = all.Distinct().OrderBy(static name => name.ToString(), StringComparer.Ordinal).ToArray();
        var found = new SecretDescription?[wanted.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, wanted.Length),
            new ParallelOptions { MaxDegreeOfParallelism = DescribedAtOnce, CancellationToken = cancellationToken },
            async (i, stop) => found[i] = await DescribeAsync(wanted[i], context, stop));
        return [.. found.OfType<SecretDescription>()];
    }

    /// <inheritdoc/>
    public async ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_parts.Database.Makes(credential))
        {
            var version = new CredentialVersion("dynamic");
            return new SecretDescription(credential, version, [new SecretVersionDescription(version, SecretVersionState.Enabled, _parts.Calls.Time.GetUtcNow(), DatabaseReading.Fields, LastRead: null)]);
        }

        var step = _parts.StepFor(credential, context, KvDescribing.Uses);
        try
        {
            var identity = step ?? _parts.OtherFor(context);
            return _parts.Names.Versioned
                ? await _parts.Describing.DescribeAsync(identity, credential, _parts.Calls.Begin(), cancellationToken)
                : await _parts.One.DescribeAsync(identity, credential, _parts.Calls.Begin(), cancellationToken);
        }
        finally
        {
            step?.End();
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, CancellationToken cancellationToken) =>
        new VaultCheck(_parts).ExamineAsync(known, cancellationToken);

    /// <summary>Waits until every step token has ended, then ends the runtime's own.</summary>
    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    private SecretWriteResult? Refuse(CredentialName credential) => _parts.Database.Makes(credential)
        ? new SecretWriteResult(null, SecretFailureKind.Invalid, $"{credential} is made by the database engine for each use; there is nothing to store. Change its role in the vault instead.")
        : null;

    private async ValueTask<SecretWriteResult> ChangeAsync(CredentialName credential, CredentialVersion? version, KvChange change, CancellationToken cancellationToken)
    {
        if (Refuse(credential) is { } refused)
        {
            return refused;
        }

        if (_parts.Names.Versioned)
        {
            return await _parts.Writing.ChangeAsync(_parts.Writer, credential, version, change, _parts.Calls.Begin(), cancellationToken);
        }

        return change == KvChange.Destroy
            ? await _parts.One.DeleteAsync(_parts.Writer, credential, version, _parts.Calls.Begin(), cancellationToken)
            : KvOne.Cannot(credential, change == KvChange.Disable ? "disable" : "enable");
    }
}
