using System.Runtime.CompilerServices;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded.Database;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Vaults.Embedded.Work;

namespace AgentRuntime.Vaults.Embedded;

/// <summary>
/// The default secret store: one SQLite file, each value sealed with AES-256-GCM under a data key of its version, each data key wrapped by the
/// master key, and every seal bound to the store, the credential, the version and the field.
/// </summary>
/// <remarks>
/// <para>
/// A read gives the newest version. If that one is disabled or deleted the read fails: an operator who disables the current version must not
/// bring an older one back to life. Versions are numbers from 1 and are never given twice.
/// </para>
/// <para>
/// Every read and write leaves a line in the store's own access log before it returns; a read that cannot leave its line fails. The line's id is
/// <see cref="SecretReadResult.StoreRequestId"/>. Writes are on disk when they return; lines of reads survive a crash of the process, and the last
/// moments of them may be lost in a power cut (the audit entry of the run, written before, is not).
/// </para>
/// <para>
/// No value is cached. The master key stays in memory, in a pinned buffer, until <see cref="DisposeAsync"/>. Thread-safe; several processes may
/// use one file. What goes wrong is a result; <see cref="EmbeddedStoreException"/> is thrown by <see cref="OpenAsync"/>,
/// <see cref="RewrapAsync"/> and the enumerations only.
/// </para>
/// </remarks>
public sealed class EmbeddedSecretStore : ISecretStore, ISecretWriter, ISecretMetadata, ISecretArchive, IAsyncDisposable
{
    private const int LogPage = 512;
    private readonly WorkLine _line;

    private EmbeddedSecretStore(string path, WorkLine line)
    {
        Path = path;
        _line = line;
    }

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <summary>The store's file, as a full path.</summary>
    public string Path { get; }

    /// <summary>Opens the store, or makes a new one if there is none. An existing file is never replaced and, when this fails, not changed.</summary>
    /// <exception cref="EmbeddedStoreException">Says what is wrong with the file or the key and what to do.</exception>
    public static async Task<EmbeddedSecretStore> OpenAsync(EmbeddedStoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var path = System.IO.Path.GetFullPath(options.Path);
        try
        {
            if (!File.Exists(path))
            {
                if (!options.CreateIfMissing)
                {
                    throw new EmbeddedStoreException(EmbeddedStoreErrorKind.NotFound, $"There is no secret store {path}. Make one with 'agentruntime init', or check the path in the settings.");
                }

                await StoreFile.CreateAsync(path, options.MasterKey, time, cancellationToken);
            }

            var key = await OpenedKey.FindAsync(path, () => StoreFile.Inspect(path), options.MasterKey, cancellationToken);
            return new EmbeddedSecretStore(path, Connect(path, key, options.LockTimeout, time));
        }
        catch (SqliteFault fault)
        {
            throw StoreFile.Translate(fault, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.Unavailable,
                $"The secret store {path} or its key cannot be used ({e.GetType().Name}). Check that this user may read and write the file and its folder, and that the disk is not full.",
                e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _line.RunAsync(ReadWork(session => SecretReading.Read(session, request)), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Refuses more than 1 MiB over all fields, more than 32 fields, and a credential whose fields are all empty.</remarks>
    public async ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(context);
        if (SecretWriting.Refuse(credential, fields) is { } refused)
        {
            return refused;
        }

        // A copy, because the work may still be under way when a cancelled caller disposes its values.
        cancellationToken.ThrowIfCancellationRequested();
        var copy = fields.ToDictionary(field => field.Key, field => field.Value.Duplicate(), StringComparer.Ordinal);
        var work = new StoreWork<SecretWriteResult>(session => SecretWriting.Set(session, credential, copy, condition, context), WriteFailed)
        {
            Durable = true,
            Ended = () =>
            {
                foreach (var value in copy.Values)
                {
                    value.Dispose();
                }
            },
        };
        return await _line.RunAsync(work, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        WriteAsync(session => SecretWriting.ChangeState(session, credential, version, SecretVersionState.Disabled, context), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        WriteAsync(session => SecretWriting.ChangeState(session, credential, version, SecretVersionState.Enabled, context), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// The data key and the ciphertext are overwritten in the file and the write-ahead log is emptied. If another process keeps the log in use the
    /// result is a failure that says so, although the version is deleted already; deleting again empties the log.
    /// </remarks>
    public ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        _line.RunAsync(
            new StoreWork<SecretWriteResult>(session => SecretWriting.Delete(session, credential, version, context), WriteFailed)
            {
                Durable = true,
                EmptiesLog = true,
                LogNotEmptied = result => result.Succeeded
                    ? new SecretWriteResult(null, SecretFailureKind.Unavailable, $"{credential} was deleted, but the write-ahead log, which still holds its sealed form, is in use by another process. Delete it again once that process has ended.")
                    : result,
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken) =>
        ListAsync(cancellationToken);

    private ValueTask<IReadOnlyList<SecretDescription>> ListAsync(CancellationToken cancellationToken) =>
        QueryAsync<IReadOnlyList<SecretDescription>>(session => SecretListing.Describe(session, null), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken) =>
        QueryAsync(session => SecretListing.Describe(session, credential.ToString()) is [var found] ? found : null, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="EmbeddedStoreException">After all readable versions were given: some version is damaged, or the file cannot be read.</exception>
    public async IAsyncEnumerable<SecretMaterial> ReadRetainedAsync(SecretAccessContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SecretReadResult.Failed? damaged = null;
        foreach (var description in await ListAsync(cancellationToken))
        {
            foreach (var version in description.Versions.Where(version => version.State != SecretVersionState.Deleted))
            {
                var request = new SecretReadRequest(description.Credential, version.Version, context);
                switch (await _line.RunAsync(ReadWork(session => SecretReading.ReadRetained(session, request)), cancellationToken))
                {
                    case SecretReadResult.Found found:
                        yield return found.Material;
                        break;
                    case SecretReadResult.Failed { Kind: not (SecretFailureKind.Deleted or SecretFailureKind.Missing) } failure:
                        damaged ??= failure;
                        break;
                }
            }
        }

        if (damaged is not null)
        {
            throw new EmbeddedStoreException(damaged.Kind == SecretFailureKind.Integrity ? EmbeddedStoreErrorKind.Damaged : EmbeddedStoreErrorKind.Unavailable, damaged.Message);
        }
    }

    /// <summary>The store's own access log, oldest first. Holds no value.</summary>
    /// <param name="credential">Only this credential, or <c>null</c> for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<EmbeddedAccessEntry> ReadAccessLogAsync(CredentialName? credential, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            var from = after;
            var page = await QueryAsync(session => AccessLog.Read(session.Tables.Connection, from, LogPage, credential?.ToString()), cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < LogPage)
            {
                yield break;
            }

            after = AccessLog.Number(page[^1].Id);
        }
    }

    /// <summary>
    /// Wraps every data key with a new master key, in one transaction, while reads go on. Values are not sealed again. With the key file in use as
    /// <paramref name="next"/> the file gets a new key; backups made before still need the old one.
    /// </summary>
    /// <exception cref="EmbeddedStoreException">The new key cannot be had, or a version is damaged. The store still opens with the old key.</exception>
    public async Task RewrapAsync(MasterKeySource next, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(context);
        await MasterKeyRotation.RunAsync(_line, Path, next, context, cancellationToken);
    }

    /// <summary>Waits for the work under way, closes the file and zeroes the master key.</summary>
    public ValueTask DisposeAsync() => _line.CloseAsync();

    private static WorkLine Connect(string path, OpenedKey key, TimeSpan lockTimeout, TimeProvider time)
    {
        SqliteConnection? shared = null;
        SqliteConnection? durable = null;
        try
        {
            shared = SqliteConnection.Open(path, readOnly: false);
            shared.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            durable = SqliteConnection.Open(path, readOnly: false);
            durable.Run("PRAGMA synchronous = FULL");
            return new WorkLine(path, shared, durable, key, lockTimeout, time);
        }
        catch
        {
            key.Sealer.Dispose();
            shared?.Dispose();
            durable?.Dispose();
            throw;
        }
    }

    private StoreWork<SecretReadResult> ReadWork(Func<StoreSession, SecretReadResult> read) =>
        new(read, ReadFailed) { Durable = false, Discard = SecretReading.Discard };

    private ValueTask<SecretWriteResult> WriteAsync(Func<StoreSession, SecretWriteResult> write, CancellationToken cancellationToken) =>
        _line.RunAsync(new StoreWork<SecretWriteResult>(write, WriteFailed) { Durable = true }, cancellationToken);

    private ValueTask<T> QueryAsync<T>(Func<StoreSession, T> query, CancellationToken cancellationToken) =>
        _line.RunAsync(new StoreWork<T>(query, reason => throw Understand(reason)) { Durable = false }, cancellationToken);

    private SecretReadResult.Failed ReadFailed(Exception reason)
    {
        var understood = Understand(reason);
        return new SecretReadResult.Failed(understood.Failure, understood.Message);
    }

    private SecretWriteResult WriteFailed(Exception reason)
    {
        var understood = Understand(reason);
        return new SecretWriteResult(null, understood.Failure, understood.Message);
    }

    /// <summary>What stopped the work, in words for the operator; a bug is thrown on.</summary>
    private EmbeddedStoreException Understand(Exception reason)
    {
        switch (reason)
        {
            case EmbeddedStoreException known:
                return known;
            case SqliteFault fault:
                return StoreFile.Translate(fault, Path);
            default:
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(reason);
                throw reason;
        }
    }
}
