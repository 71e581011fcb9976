using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;

namespace AgentRuntime.Core.Tests.Secrets;

public sealed class InMemoryReading : SecretStoreConformance<InMemoryHarness>;

public sealed class InMemoryDisabling : SecretStoreDisableConformance<InMemoryHarness>;

public sealed class InMemoryDeleting : SecretStoreDeleteConformance<InMemoryHarness>;

public sealed class InMemoryDeletingWhole : SecretStoreWholeDeleteConformance<InMemoryHarness>;

public sealed class InMemoryDenying : SecretStoreDenyConformance<InMemoryHarness>;

public sealed class InMemoryThrottling : SecretStoreThrottleConformance<InMemoryHarness>;

public sealed class InMemoryWriting : SecretWriterConformance<InMemoryHarness>;

public sealed class InMemoryWritingInTurn : SecretWriterCasConformance<InMemoryHarness>;

public sealed class InMemoryDeletingVersions : SecretWriterVersionDeleteConformance<InMemoryHarness>;

public sealed class InMemoryDescribingDeleted : SecretDeletedMetadataConformance<InMemoryHarness>;

public sealed class InMemoryDescribing : SecretMetadataConformance<InMemoryHarness>;

public sealed class InMemoryArchive : SecretArchiveConformance<InMemoryHarness>;

public sealed class InMemoryHarness : SecretStoreHarness, ICanDisable, ICanDelete, ICanDeleteAll, ICanDeny, ICanThrottle
{
    private static readonly SecretAccessContext Owner = new() { Principal = "test", Purpose = "test" };
    private readonly InMemorySecretStore _store = new();

    public override ISecretStore Store => _store;

    public override Task StartAsync() => Task.CompletedTask;

    public override async Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields)
    {
        var values = fields.ToDictionary(f => f.Key, f => SecretValue.Copy(f.Value), StringComparer.Ordinal);
        return (await _store.SetAsync(credential, values, WriteCondition.None, Owner, CancellationToken.None)).Version!.Value;
    }

    public override Task BreakAsync()
    {
        _store.Break();
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        _store.Repair();
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync()
    {
        var hold = _store.HoldReads();
        return Task.FromResult<IAsyncDisposable>(new Undo(hold.Dispose));
    }

    public Task DisableAsync(CredentialName credential, CredentialVersion version) => _store.DisableAsync(credential, version, Owner, CancellationToken.None).AsTask();

    public Task DeleteAsync(CredentialName credential, CredentialVersion version) => _store.DeleteAsync(credential, version, Owner, CancellationToken.None).AsTask();

    public Task DeleteAllAsync(CredentialName credential) => _store.DeleteAsync(credential, null, Owner, CancellationToken.None).AsTask();

    public Task DenyAsync(CredentialName credential)
    {
        _store.Deny(credential);
        return Task.CompletedTask;
    }

    public Task<IAsyncDisposable> ThrottleAsync()
    {
        _store.Break(SecretFailureKind.Throttled);
        return Task.FromResult<IAsyncDisposable>(new Undo(_store.Repair));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
