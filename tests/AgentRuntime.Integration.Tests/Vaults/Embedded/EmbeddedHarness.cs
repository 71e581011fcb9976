using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Database;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

/// <summary>A store in a folder of its own. Another connection that keeps the write lock makes it slow, and unusable once the clock leaps.</summary>
public sealed class EmbeddedHarness : SecretStoreHarness, ICanDisable, ICanDelete, ICanDeleteAll
{
    private readonly LeapingClock _clock = new();
    private StoreFolder? _folder;
    private EmbeddedSecretStore? _store;
    private SqliteConnection? _lock;

    public override ISecretStore Store => Embedded;

    private EmbeddedSecretStore Embedded => _store ?? throw new InvalidOperationException("The store is not open.");

    public override async Task StartAsync()
    {
        _folder = new StoreFolder();
        _store = await _folder.OpenAsync(time: _clock);
    }

    public override async Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields)
    {
        var values = fields.ToDictionary(f => f.Key, f => SecretValue.Copy(f.Value), StringComparer.Ordinal);
        var result = await Embedded.SetAsync(credential, values, WriteCondition.None, StoreFolder.Owner, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    public override Task BreakAsync()
    {
        _clock.Leaps = true;
        Lock();
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Unlock();
        _clock.Leaps = false;
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync()
    {
        Lock();
        return Task.FromResult<IAsyncDisposable>(new Undo(Unlock));
    }

    public Task DisableAsync(CredentialName credential, CredentialVersion version) => Embedded.DisableAsync(credential, version, StoreFolder.Owner, CancellationToken.None).AsTask();

    public Task DeleteAsync(CredentialName credential, CredentialVersion version) => Embedded.DeleteAsync(credential, version, StoreFolder.Owner, CancellationToken.None).AsTask();

    public Task DeleteAllAsync(CredentialName credential) => Embedded.DeleteAsync(credential, null, StoreFolder.Owner, CancellationToken.None).AsTask();

    public override async ValueTask DisposeAsync()
    {
        Unlock();
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder?.Dispose();
    }

    private void Lock()
    {
        _lock = SqliteConnection.Open(Embedded.Path, readOnly: false);
        _lock.Run("BEGIN IMMEDIATE");
    }

    private void Unlock()
    {
        _lock?.Dispose();
        _lock = null;
    }
}

/// <summary>The system's clock, except that while it leaps an hour passes between any two looks at it.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _leaps;

    public bool Leaps { get; set; }

    public override long GetTimestamp() => base.GetTimestamp() + (TimestampFrequency * 3600 * (Leaps ? Interlocked.Increment(ref _leaps) : Volatile.Read(ref _leaps)));
}

/// <summary>A folder for a store and its key, deleted on dispose.</summary>
internal sealed class StoreFolder : IDisposable
{
    public StoreFolder() => Root = Directory.CreateTempSubdirectory("agentruntime-store-").FullName;

    public static SecretAccessContext Owner { get; } = new() { Principal = "test", Purpose = "test" };

    public string Root { get; }

    public string StorePath => Path.Combine(Root, "workspace", ".agentruntime", "secrets.db");

    public string KeyPath => Path.Combine(Root, "config", "agentruntime", "keys", "ws1.key");

    public MasterKeySource Key => MasterKeySource.UserFile(Path.Combine(Root, "config"), "ws1");

    public Task<EmbeddedSecretStore> OpenAsync(MasterKeySource? key = null, TimeProvider? time = null, bool create = true) =>
        EmbeddedSecretStore.OpenAsync(
            new EmbeddedStoreOptions { Path = StorePath, MasterKey = key ?? Key, CreateIfMissing = create, LockTimeout = TimeSpan.FromMinutes(1) },
            time ?? TimeProvider.System,
            CancellationToken.None);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
