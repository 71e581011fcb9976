using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded.Database;

namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>Reads one version and appends the line that says so, in the transaction of the session.</summary>
internal static class SecretReading
{
    /// <summary>The current version, or the one asked for; only an enabled one.</summary>
    public static SecretReadResult Read(StoreSession session, SecretReadRequest request) => Read(session, request, "read", alsoDisabled: false);

    /// <summary>A version for the scrubber; also a disabled one.</summary>
    public static SecretReadResult ReadRetained(StoreSession session, SecretReadRequest request) => Read(session, request, "read_retained", alsoDisabled: true);

    private static SecretReadResult Read(StoreSession session, SecretReadRequest request, string operation, bool alsoDisabled)
    {
        var name = request.Credential.ToString();
        var (row, result) = Look(session, request, name, alsoDisabled);
        try
        {
            var failure = (result as SecretReadResult.Failed)?.Kind;
            var id = AccessLog.Append(session.Tables.Connection, session.Now, operation, name, row?.Version, AccessLog.Word(failure), request.Context);
            if (row is not null && failure is null && !alsoDisabled)
            {
                session.Tables.PutLastRead(name, row.Version, session.Now);
            }

            return result with { StoreRequestId = id };
        }
        catch
        {
            Discard(result);
            throw;
        }
    }

    /// <summary>Zeroes a value that nobody takes.</summary>
    public static void Discard(SecretReadResult result) => (result as SecretReadResult.Found)?.Material.Dispose();

    private static (VersionRow? Row, SecretReadResult Result) Look(StoreSession session, SecretReadRequest request, string name, bool alsoDisabled)
    {
        VersionRow? row = null;
        try
        {
            var place = VersionPlace.Find(session, request.Credential, request.Version);
            if (place.Failure is { } failure)
            {
                return (null, failure);
            }

            row = place.Row!;
            var reference = new SecretRef(request.Credential, row.Number);
            switch (row.State)
            {
                case SecretVersionState.Disabled when !alsoDisabled && session.Sealer.IsGenuine(row):
                    return (row, new SecretReadResult.Failed(SecretFailureKind.Disabled, $"{reference} is disabled. Enable it with 'agentruntime credentials enable {name}', or store a new version."));
                case SecretVersionState.Deleted when row.WrappedKey is null:
                    return (row, new SecretReadResult.Failed(SecretFailureKind.Deleted, $"{reference} was deleted. Store a new version with 'agentruntime credentials set {name}'."));
                case SecretVersionState.Disabled when !alsoDisabled:
                    return (row, VersionPlace.Damaged(reference.ToString()));
                default:
                    return session.Sealer.Open(row, session.Tables.Fields(row)) is { } fields
                        ? (row, new SecretReadResult.Found(new SecretMaterial(reference, fields)))
                        : (row, VersionPlace.Damaged(reference.ToString()));
            }
        }
        catch (SqliteFault fault) when (fault.IsDamage)
        {
            return (row, VersionPlace.Damaged(request.Version is { } version ? new SecretRef(request.Credential, version).ToString() : name));
        }
    }
}

/// <summary>Finds the row of a version, or says why there is none.</summary>
internal readonly record struct VersionPlace(VersionRow? Row, SecretReadResult.Failed? Failure)
{
    public static VersionPlace Find(StoreSession session, CredentialName credential, CredentialVersion? version)
    {
        var name = credential.ToString();
        if (session.Tables.Head(name) is not { } head)
        {
            return session.Tables.Versions(name).Count > 0 ? new(null, Damaged(name)) : new(null, MissingCredential(name));
        }

        if (!session.Sealer.HeadIsGenuine(name, head.Latest, head.Seal))
        {
            return new(null, Damaged(name));
        }

        var wanted = head.Latest;
        if (version is { } asked
            && (!long.TryParse(asked.Value, NumberStyles.None, CultureInfo.InvariantCulture, out wanted) || wanted < 1 || wanted > head.Latest || new CredentialVersion(wanted.ToString(CultureInfo.InvariantCulture)) != asked))
        {
            return new(null, new SecretReadResult.Failed(SecretFailureKind.Missing, $"The secret store has no such version of {name}; its newest is {head.Latest}. See 'agentruntime credentials versions {name}'."));
        }

        // Versions are never removed, so a missing row was taken away.
        return session.Tables.Version(name, wanted) is { } row
            ? new(row, null)
            : new(null, Damaged(new SecretRef(credential, new CredentialVersion(wanted.ToString(CultureInfo.InvariantCulture))).ToString()));
    }

    public static SecretReadResult.Failed Damaged(string what) => new(
        SecretFailureKind.Integrity,
        $"The stored {what} does not fit its seal: it was changed, damaged or belongs elsewhere, so no value was given. Restore the secret store from a backup or store the credential again, and find out who can write the file.");

    private static SecretReadResult.Failed MissingCredential(string name) => new(
        SecretFailureKind.Missing,
        $"The secret store has no credential {name}. Store it with 'agentruntime credentials set {name}'.");
}
