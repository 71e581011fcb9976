using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>Where the master key of an embedded store comes from. It is never stored in plain beside the data and never in an environment variable.</summary>
/// <remarks>Thread-safe. Throws <see cref="EmbeddedStoreException"/> when the key cannot be had.</remarks>
public abstract class MasterKeySource
{
    private protected MasterKeySource()
    {
    }

    /// <summary>What the store remembers about its key: <c>key_file</c> or <c>passphrase</c>.</summary>
    internal abstract string Kind { get; }

    /// <summary>Names the source in messages.</summary>
    internal abstract string Description { get; }

    /// <summary>Whether the key can be loaded again without asking a person.</summary>
    internal abstract bool LoadsSilently { get; }

    /// <summary>
    /// A key file of the user, named by the workspace's id: <c>CONFIGURATION/agentruntime/keys/ID.key</c>. Created together with the store;
    /// so a copied or committed workspace never carries its key.
    /// </summary>
    /// <param name="configurationFolder">The user's configuration folder, such as <c>~/.config</c>.</param>
    /// <param name="workspaceId">The workspace's id.</param>
    /// <exception cref="ArgumentException">The id is not a well-formed name.</exception>
    public static MasterKeySource UserFile(string configurationFolder, string workspaceId)
    {
        if (!Name.IsValid(workspaceId))
        {
            throw new ArgumentException("A workspace's id is made of letters, digits, '_', '-' and '.'.", nameof(workspaceId));
        }

        return new KeyFileSource(Path.Combine(configurationFolder, "agentruntime", "keys", $"{workspaceId}.key"));
    }

    /// <summary>A key file at a path of the user's choice; created together with the store if it is not there yet.</summary>
    public static MasterKeySource OwnFile(string path) => new KeyFileSource(path);

    /// <summary>A key derived from a passphrase with Argon2id (RFC 9106). The store keeps the salt and the cost.</summary>
    /// <param name="ask">Asks a person or reads a file descriptor; <c>null</c> when none was given. The source disposes the answer.</param>
    /// <param name="cost">The cost for a new store or a new passphrase; an existing store keeps its own.</param>
    public static MasterKeySource Passphrase(Func<CancellationToken, ValueTask<SecretValue?>> ask, Argon2Cost? cost = null) => new PassphraseSource(ask, cost ?? new Argon2Cost());

    /// <summary>A random key that the store keeps encrypted by a transit key of a vault. Opening asks the vault, with the runtime's own identity there.</summary>
    /// <param name="vault">The vault.</param>
    /// <param name="mount">Where its transit engine is mounted.</param>
    /// <param name="key">The transit key.</param>
    /// <param name="time">The clock.</param>
    public static MasterKeySource VaultTransit(HashiCorp.VaultStoreOptions vault, string mount, string key, TimeProvider time) => new HashiCorp.TransitMasterKey(vault, mount, key, time);

    /// <summary>The key for a new store.</summary>
    internal abstract ValueTask<NewMasterKey> CreateAsync(CancellationToken cancellationToken);

    /// <summary>A key to replace <paramref name="current"/> with; never equal to it.</summary>
    internal abstract ValueTask<NewMasterKey> ReplaceAsync(MasterKey current, CancellationToken cancellationToken);

    /// <summary>The keys that may open a store; the store's check value tells which. The caller disposes all of them.</summary>
    internal abstract ValueTask<IReadOnlyList<MasterKeyCandidate>> LoadAsync(string storePath, string kdf, CancellationToken cancellationToken);
}

/// <summary>A key that a store is about to be sealed with.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kdf">How it is derived again; empty when it is not derived.</param>
/// <param name="Committed">To be called once the store is sealed with it.</param>
/// <param name="Abandoned">To be called when it is not used after all.</param>
internal sealed record NewMasterKey(MasterKey Key, string Kdf, Action Committed, Action Abandoned);

/// <summary>A key that may be the right one.</summary>
/// <param name="Key">The key.</param>
/// <param name="Matched">To be called when it is.</param>
internal sealed record MasterKeyCandidate(MasterKey Key, Action Matched);
