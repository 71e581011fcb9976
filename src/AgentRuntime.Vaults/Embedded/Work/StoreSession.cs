using AgentRuntime.Vaults.Embedded.Database;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>What one transaction works with.</summary>
/// <param name="Tables">The tables, on the transaction's connection.</param>
/// <param name="Header">The store's header.</param>
/// <param name="Sealer">Makes and opens rows.</param>
/// <param name="Now">Unix milliseconds.</param>
internal sealed record StoreSession(StoreTables Tables, StoreHeader Header, RowSealer Sealer, long Now);

/// <summary>A header, the sealer that fits it and the source of its key.</summary>
internal sealed record OpenedKey(StoreHeader Header, MasterKeySource Source, RowSealer Sealer)
{
    /// <summary>Finds the key that opens this store.</summary>
    /// <param name="path">The store's file, for messages.</param>
    /// <param name="readHeader">Reads the header, again if another process changes the master key meanwhile.</param>
    /// <param name="source">Where the key comes from.</param>
    /// <param name="cancellationToken">Ends a prompt.</param>
    /// <exception cref="EmbeddedStoreException">There is no key, or it is not the right one.</exception>
    public static async ValueTask<OpenedKey> FindAsync(string path, Func<StoreHeader> readHeader, MasterKeySource source, CancellationToken cancellationToken)
    {
        var header = readHeader();
        while (true)
        {
            if (header.KeySource != source.Kind)
            {
                throw new EmbeddedStoreException(
                    EmbeddedStoreErrorKind.KeySourceMismatch,
                    $"The secret store {path} was sealed with a master key of kind '{header.KeySource}', but the settings name one of kind '{source.Kind}'. Set secrets.embedded.master_key in agentruntime.json to what the store was made with; nothing was changed.");
            }

            if (Choose(header, await source.LoadAsync(path, header.Kdf, cancellationToken)) is { } right)
            {
                right.Matched();
                return new OpenedKey(header, source, new RowSealer(header.StoreId, right.Key));
            }

            var current = readHeader();
            if (!source.LoadsSilently || current.Generation == header.Generation)
            {
                throw new EmbeddedStoreException(
                    EmbeddedStoreErrorKind.WrongKey,
                    $"The secret store {path} does not open with {source.Description}: it is the key of another store, or an old one. Give the right one; nothing was changed.");
            }

            header = current;
        }
    }

    private static MasterKeyCandidate? Choose(StoreHeader header, IReadOnlyList<MasterKeyCandidate> candidates)
    {
        MasterKeyCandidate? right = null;
        foreach (var candidate in candidates)
        {
            if (right is null && header.Opens(candidate.Key))
            {
                right = candidate;
            }
            else
            {
                candidate.Key.Dispose();
            }
        }

        return right;
    }
}
