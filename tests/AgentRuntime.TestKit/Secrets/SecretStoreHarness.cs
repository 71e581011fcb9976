using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>
/// Makes one fresh store for one conformance test and does to it, from behind, what a test needs. Implement it once per store and derive the
/// conformance classes; what a store can do beyond reading is said by the small interfaces beside this class.
/// </summary>
public abstract class SecretStoreHarness : IAsyncDisposable
{
    /// <summary>The store under test.</summary>
    public abstract ISecretStore Store { get; }

    /// <summary>The size of a field, in bytes of any value, that the store can keep twice in one version. 64 KiB unless the store's service holds less.</summary>
    public virtual int LargestValue => 64 * 1024;

    /// <summary>Whether the store tells the names of fields without reading the value.</summary>
    public virtual bool KnowsFields => true;

    /// <summary>Makes the store; called once, before everything else.</summary>
    public abstract Task StartAsync();

    /// <summary>Stores a new current version from behind, as its owner would.</summary>
    public abstract Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields);

    /// <summary>Makes the store unusable for reads until <see cref="RepairAsync"/>.</summary>
    public abstract Task BreakAsync();

    /// <summary>Undoes <see cref="BreakAsync"/>.</summary>
    public abstract Task RepairAsync();

    /// <summary>Makes reads wait until the result is disposed, as a slow store would.</summary>
    public abstract Task<IAsyncDisposable> SlowDownAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>A store whose versions can be disabled.</summary>
public interface ICanDisable
{
    /// <summary>Disables one version.</summary>
    Task DisableAsync(CredentialName credential, CredentialVersion version);
}

/// <summary>A store whose versions can be deleted.</summary>
public interface ICanDelete
{
    /// <summary>Deletes one version for good.</summary>
    Task DeleteAsync(CredentialName credential, CredentialVersion version);
}

/// <summary>A store that deletes credentials whole.</summary>
public interface ICanDeleteAll
{
    /// <summary>Deletes every version.</summary>
    Task DeleteAllAsync(CredentialName credential);
}

/// <summary>A store that knows identities.</summary>
public interface ICanDeny
{
    /// <summary>Takes from the runtime's identity the right to read this credential.</summary>
    Task DenyAsync(CredentialName credential);
}

/// <summary>A store that limits the rate of requests.</summary>
public interface ICanThrottle
{
    /// <summary>Makes the store ask to slow down until the result is disposed.</summary>
    Task<IAsyncDisposable> ThrottleAsync();
}
