using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded.Database;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>Gives a store a new master key.</summary>
internal static class MasterKeyRotation
{
    public static async Task RunAsync(WorkLine line, string path, MasterKeySource next, SecretAccessContext context, CancellationToken cancellationToken)
    {
        // Making the new key may take long (Argon2id, a prompt), so it happens before the transaction; the generation tells if somebody was faster.
        var (generation, current) = await line.RunAsync(Work(session => (session.Header.Generation, session.Sealer.CopyMaster()), path), cancellationToken);
        using (current)
        {
            var created = await next.ReplaceAsync(current, cancellationToken);
            try
            {
                await line.RunAsync(Work(session => Rewrap(line, session, next, created, generation, context), path), CancellationToken.None);
            }
            catch (EmbeddedStoreException e) when (e.Kind != EmbeddedStoreErrorKind.Unavailable)
            {
                // Certainly not committed. After any other failure the new key stays on disk, because it may be needed.
                created.Abandoned();
                created.Key.Dispose();
                throw;
            }

            created.Committed();
        }
    }

    private static StoreWork<T> Work<T>(Func<StoreSession, T> run, string path) =>
        new(run, reason => throw (reason is SqliteFault fault ? StoreFile.Translate(fault, path) : reason)) { Durable = true, EmptiesLog = true };

    private static bool Rewrap(WorkLine line, StoreSession session, MasterKeySource next, NewMasterKey created, long generation, SecretAccessContext context)
    {
        if (session.Header.Generation != generation)
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.WrongKey, "The secret store was given a new master key by somebody else at the same moment. Nothing was changed by this attempt; start it again if it is still wanted.");
        }

        foreach (var (name, latest, seal) in session.Tables.Heads())
        {
            Require(session.Sealer.HeadIsGenuine(name, latest, seal), name);
        }

        var sealer = new RowSealer(session.Header.StoreId, created.Key);
        foreach (var row in session.Tables.Versions(null).Where(row => row.WrappedKey is not null))
        {
            var wrapped = session.Sealer.WithMaster(row, created.Key);
            Require(wrapped is not null, $"{row.Credential}#v{row.Version}");
            session.Tables.PutVersion(wrapped!);
        }

        foreach (var (name, latest, _) in session.Tables.Heads())
        {
            session.Tables.PutHead(name, latest, sealer.SealHead(name, latest));
        }

        var header = (session.Header with { KeySource = next.Kind, Kdf = created.Kdf, Generation = generation + 1 }).Write(session.Tables.Connection, created.Key);
        AccessLog.Append(session.Tables.Connection, session.Now, "rewrap", string.Empty, null, AccessLog.Word(null), context);
        line.AdoptOnCommit(new OpenedKey(header, next, sealer));
        return true;
    }

    private static void Require(bool genuine, string what)
    {
        if (!genuine)
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Damaged, $"The stored {what} does not fit its seal, so it cannot get a new master key. Nothing was changed. Delete that version or restore a backup, then start again.");
        }
    }
}
