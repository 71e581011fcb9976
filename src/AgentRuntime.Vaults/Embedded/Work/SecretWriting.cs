using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded.Database;

namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>Changes versions and appends the lines that say so, in the transaction of the session.</summary>
internal static class SecretWriting
{
    /// <summary>The greatest size of all fields of one version together, in bytes.</summary>
    public const int MaxSize = 1024 * 1024;

    private const int MaxFields = 32;

    /// <summary>Why these fields cannot be stored, or <c>null</c>.</summary>
    public static SecretWriteResult? Refuse(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields)
    {
        var problem = fields.Count switch
        {
            0 => "it has no field",
            > MaxFields => $"it has {fields.Count} fields; at most {MaxFields} can be stored",
            _ when fields.Keys.Any(name => !Name.IsValid(name)) => "a field's name is not made of letters, digits, '_', '-' and '.'",
            _ when fields.Values.All(value => value.Length == 0) => "its value is empty",
            _ when fields.Values.Sum(value => (long)value.Length) is > MaxSize and var size => $"it has {size} bytes; at most {MaxSize} (1 MiB) can be stored",
            _ => null,
        };
        return problem is null ? null : new SecretWriteResult(null, SecretFailureKind.Invalid, $"The credential {credential} was not stored: {problem}.");
    }

    public static SecretWriteResult Set(StoreSession session, CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context)
    {
        var name = credential.ToString();
        var tables = session.Tables;
        var place = VersionPlace.Find(session, credential, null);
        if (place.Failure is { Kind: not SecretFailureKind.Missing } failure)
        {
            return Log(session, "set", name, null, new SecretWriteResult(null, failure.Kind, failure.Message), context);
        }

        if (!condition.Allows(place.Row?.Number))
        {
            var conflict = place.Row is { } newer ? $"its newest version is now {newer.Number}" : "it has no version any more";
            return Log(session, "set", name, null, new SecretWriteResult(null, SecretFailureKind.Conflict, $"The credential {credential} was not stored: {conflict}, so somebody else changed it in between. Look at 'agentruntime credentials versions {name}' and try again."), context);
        }

        var latest = (place.Row?.Version ?? 0) + 1;
        var draft = new VersionRow(name, latest, SecretVersionState.Enabled, session.Now, string.Join('\n', fields.Keys.Order(StringComparer.Ordinal)), null);
        var (row, sealedFields) = session.Sealer.SealVersion(draft, fields);
        tables.PutVersion(row);
        foreach (var field in sealedFields)
        {
            tables.PutField(row, field);
        }

        tables.PutHead(name, latest, session.Sealer.SealHead(name, latest));
        return Log(session, "set", name, latest, new SecretWriteResult(row.Number), context);
    }

    public static SecretWriteResult ChangeState(StoreSession session, CredentialName credential, CredentialVersion? version, SecretVersionState state, SecretAccessContext context)
    {
        var name = credential.ToString();
        var operation = state == SecretVersionState.Disabled ? "disable" : "enable";
        var place = VersionPlace.Find(session, credential, version);
        if (place.Row is not { } row)
        {
            return Log(session, operation, name, null, new SecretWriteResult(null, place.Failure!.Kind, place.Failure.Message), context);
        }

        if (row.State == SecretVersionState.Deleted)
        {
            var deleted = new SecretWriteResult(null, SecretFailureKind.Deleted, $"{new SecretRef(credential, row.Number)} was deleted and cannot be brought back. Store a new version with 'agentruntime credentials set {name}'.");
            return Log(session, operation, name, row.Version, deleted, context);
        }

        if (session.Sealer.WithState(row, state) is not { } changed)
        {
            var damaged = VersionPlace.Damaged(new SecretRef(credential, row.Number).ToString());
            return Log(session, operation, name, row.Version, new SecretWriteResult(null, damaged.Kind, damaged.Message), context);
        }

        session.Tables.PutVersion(changed);
        return Log(session, operation, name, row.Version, new SecretWriteResult(row.Number), context);
    }

    /// <summary>Removes data key and ciphertext; works on damaged versions too.</summary>
    public static SecretWriteResult Delete(StoreSession session, CredentialName credential, CredentialVersion? version, SecretAccessContext context)
    {
        var name = credential.ToString();
        var all = session.Tables.Versions(name);
        var meant = all.Where(row => version is null || row.Number == version).ToList();
        if (meant.Count == 0)
        {
            var missing = all.Count == 0
                ? $"The secret store has no credential {name}."
                : $"The secret store has no such version of {name}; its newest is {all[0].Version.ToString(CultureInfo.InvariantCulture)}.";
            return Log(session, "delete", name, null, new SecretWriteResult(null, SecretFailureKind.Missing, missing), context);
        }

        foreach (var row in meant)
        {
            session.Tables.DropFields(row);
            session.Tables.PutVersion(row with { State = SecretVersionState.Deleted, WrappedKey = null });
            Log(session, "delete", name, row.Version, new SecretWriteResult(row.Number), context);
        }

        return new SecretWriteResult(version);
    }

    private static SecretWriteResult Log(StoreSession session, string operation, string name, long? version, SecretWriteResult result, SecretAccessContext context)
    {
        AccessLog.Append(session.Tables.Connection, session.Now, operation, name, version, AccessLog.Word(result.Failure), context);
        return result;
    }
}
