using System.Globalization;
using System.Runtime.CompilerServices;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>A secret store for tests, without disk and without encryption, that passes the same conformance suites as the real ones.</summary>
/// <remarks>
/// Thread-safe. It remembers every request and everything it handed out, so that a test can say who read what and whether it was zeroed.
/// Hooks: <see cref="FailNextRead"/>, <see cref="Break"/>, <see cref="Deny"/>, <see cref="HoldReads"/>, <see cref="Delay"/>, <see cref="OnRead"/>.
/// </remarks>
public sealed class InMemorySecretStore(TimeProvider? time = null) : ISecretStore, ISecretWriter, ISecretMetadata, ISecretArchive
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SortedDictionary<string, List<StoredVersion>> _credentials = new(StringComparer.Ordinal);
    private readonly Queue<SecretReadResult.Failed> _failures = new();
    private readonly HashSet<CredentialName> _denied = [];
    private readonly List<SecretReadRequest> _requests = [];
    private readonly List<SecretMaterial> _handedOut = [];
    private SecretReadResult.Failed? _broken;
    private Func<CancellationToken, Task>? _hold;
    private long _nextRequest;

    /// <inheritdoc/>
    public string Name => "memory";

    /// <summary>How long each read takes, on the store's clock. Default none.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Called at the start of each read, before the value is looked up; may change the store.</summary>
    public Func<SecretReadRequest, CancellationToken, ValueTask>? OnRead { get; set; }

    /// <summary>Every read asked for, in order.</summary>
    public IReadOnlyList<SecretReadRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Every material handed out by a read, in order; the receiver disposes it, so its values can be checked for being zeroed.</summary>
    public IReadOnlyList<SecretMaterial> HandedOut
    {
        get
        {
            lock (_lock)
            {
                return [.. _handedOut];
            }
        }
    }

    /// <summary>Stores a new current version of a one-field credential.</summary>
    public CredentialVersion Put(string credential, string value) => Put(credential, (SecretMaterial.ValueField, value));

    /// <summary>Stores a new current version of a credential with several fields.</summary>
    public CredentialVersion Put(string credential, params (string Field, string Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Store(CredentialName.Parse(credential), fields.ToDictionary(f => f.Field, f => SecretValue.CopyUtf8(f.Value), StringComparer.Ordinal));
    }

    /// <summary>The next read that is not failed already gives this failure.</summary>
    public void FailNextRead(SecretFailureKind kind, string message = "The store was told to fail.")
    {
        lock (_lock)
        {
            _failures.Enqueue(new SecretReadResult.Failed(kind, message));
        }
    }

    /// <summary>Every read and write fails from now on, until <see cref="Repair"/>.</summary>
    public void Break(SecretFailureKind kind = SecretFailureKind.Unavailable)
    {
        lock (_lock)
        {
            _broken = new SecretReadResult.Failed(kind, $"The store is {kind}; try again later.");
        }
    }

    /// <summary>Undoes <see cref="Break"/>.</summary>
    public void Repair()
    {
        lock (_lock)
        {
            _broken = null;
        }
    }

    /// <summary>Reads of this credential are denied from now on.</summary>
    public void Deny(CredentialName credential)
    {
        lock (_lock)
        {
            _denied.Add(credential);
        }
    }

    /// <summary>Reads that begin from now on wait until the hold is disposed.</summary>
    public ReadHold HoldReads()
    {
        lock (_lock)
        {
            var hold = new ReadHold();
            _hold = hold.PassAsync;
            return hold;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        Func<CancellationToken, Task>? hold;
        string id;
        lock (_lock)
        {
            _requests.Add(request);
            id = string.Create(CultureInfo.InvariantCulture, $"memory-{++_nextRequest}");
            hold = _hold;
        }

        if (hold is not null)
        {
            await hold(cancellationToken);
        }

        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, _time, cancellationToken);
        }

        if (OnRead is { } hook)
        {
            await hook(request, cancellationToken);
        }

        lock (_lock)
        {
            return Look(request) with { StoreRequestId = id };
        }
    }

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        cancellationToken.ThrowIfCancellationRequested();
        return _broken is { } broken
            ? ValueTask.FromResult(Failed(broken.Kind, broken.Message))
            : ValueTask.FromResult(Store(credential, fields, condition));
    }

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        Change(credential, version, static found => found.State = SecretVersionState.Disabled, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        Change(credential, version, static found => found.State = SecretVersionState.Enabled, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_broken is { } broken)
            {
                return ValueTask.FromResult(Failed(broken.Kind, broken.Message));
            }

            var found = Versions(credential).Where(v => version is null || v.Version == version).ToList();
            if (found.Count == 0)
            {
                return ValueTask.FromResult(Failed(SecretFailureKind.Missing, $"There is no such version of {credential}, or no such credential."));
            }

            found.ForEach(v => v.Destroy());
            return ValueTask.FromResult(new SecretWriteResult(version));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<SecretDescription>>([.. _credentials.Select(c => Describe(CredentialName.Parse(c.Key), c.Value))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var versions = Versions(credential);
            return ValueTask.FromResult(versions.Count == 0 ? null : Describe(credential, versions));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SecretMaterial> ReadRetainedAsync(SecretAccessContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<SecretMaterial> retained;
        lock (_lock)
        {
            retained = [.. _credentials.SelectMany(c => c.Value.Where(v => v.State != SecretVersionState.Deleted).Select(v => v.Copy(CredentialName.Parse(c.Key))))];
        }

        foreach (var material in retained)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return material;
        }

        await Task.CompletedTask;
    }

    private static SecretWriteResult Failed(SecretFailureKind kind, string message) => new(null, kind, message);

    private static string Print(CredentialName credential, CredentialVersion? version) =>
        version is { } v ? new SecretRef(credential, v).ToString() : credential.ToString();

    private static SecretDescription Describe(CredentialName credential, List<StoredVersion> versions) => new(
        credential,
        versions[^1].State == SecretVersionState.Enabled ? versions[^1].Version : null,
        [.. versions.AsEnumerable().Reverse().Select(v => new SecretVersionDescription(v.Version, v.State, v.Created, v.FieldNames, v.LastRead))]);

    private List<StoredVersion> Versions(CredentialName credential) =>
        _credentials.TryGetValue(credential.ToString(), out var versions) ? versions : [];

    private SecretWriteResult Store(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition)
    {
        lock (_lock)
        {
            return condition.Allows(Versions(credential) is [.., var newest] ? newest.Version : null)
                ? new SecretWriteResult(Store(credential, fields.ToDictionary(f => f.Key, f => f.Value.Duplicate(), StringComparer.Ordinal)))
                : Failed(SecretFailureKind.Conflict, $"Somebody else changed {credential} in between.");
        }
    }

    private CredentialVersion Store(CredentialName credential, Dictionary<string, SecretValue> fields)
    {
        lock (_lock)
        {
            if (!_credentials.TryGetValue(credential.ToString(), out var versions))
            {
                _credentials[credential.ToString()] = versions = [];
            }

            var version = new CredentialVersion((versions.Count + 1).ToString(CultureInfo.InvariantCulture));
            versions.Add(new StoredVersion(version, fields, _time.GetUtcNow()));
            return version;
        }
    }

    private ValueTask<SecretWriteResult> Change(CredentialName credential, CredentialVersion? version, Action<StoredVersion> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_broken is { } broken)
            {
                return ValueTask.FromResult(Failed(broken.Kind, broken.Message));
            }

            var found = Versions(credential).LastOrDefault(v => version is null || v.Version == version);
            if (found is null)
            {
                return ValueTask.FromResult(Failed(SecretFailureKind.Missing, $"There is no such version of {credential}, or no such credential."));
            }

            if (found.State == SecretVersionState.Deleted)
            {
                return ValueTask.FromResult(Failed(SecretFailureKind.Deleted, $"{Print(credential, found.Version)} was deleted."));
            }

            change(found);
            return ValueTask.FromResult(new SecretWriteResult(found.Version));
        }
    }

    private SecretReadResult Look(SecretReadRequest request)
    {
        if (_broken is { } broken)
        {
            return broken;
        }

        if (_failures.TryDequeue(out var failure))
        {
            return failure;
        }

        if (_denied.Contains(request.Credential))
        {
            return new SecretReadResult.Failed(SecretFailureKind.Denied, $"The store does not let this identity read {request.Credential}.");
        }

        var found = Versions(request.Credential).LastOrDefault(v => request.Version is null || v.Version == request.Version);
        switch (found?.State)
        {
            case null:
                return new SecretReadResult.Failed(SecretFailureKind.Missing, $"There is no such version of {request.Credential}, or no such credential.");
            case SecretVersionState.Disabled:
                return new SecretReadResult.Failed(SecretFailureKind.Disabled, $"{Print(request.Credential, found.Version)} is disabled.");
            case SecretVersionState.Deleted:
                return new SecretReadResult.Failed(SecretFailureKind.Deleted, $"{Print(request.Credential, found.Version)} was deleted.");
            default:
                found.LastRead = _time.GetUtcNow();
                var material = found.Copy(request.Credential);
                _handedOut.Add(material);
                return new SecretReadResult.Found(material);
        }
    }

    private sealed class StoredVersion(CredentialVersion version, Dictionary<string, SecretValue> fields, DateTimeOffset created)
    {
        public CredentialVersion Version { get; } = version;

        public DateTimeOffset Created { get; } = created;

        public IReadOnlyList<string> FieldNames { get; } = [.. fields.Keys.Order(StringComparer.Ordinal)];

        public SecretVersionState State { get; set; }

        public DateTimeOffset? LastRead { get; set; }

        public SecretMaterial Copy(CredentialName credential) =>
            new(new SecretRef(credential, Version), fields.ToDictionary(f => f.Key, f => f.Value.Duplicate(), StringComparer.Ordinal));

        public void Destroy()
        {
            State = SecretVersionState.Deleted;
            foreach (var value in fields.Values)
            {
                value.Dispose();
            }
        }
    }
}
