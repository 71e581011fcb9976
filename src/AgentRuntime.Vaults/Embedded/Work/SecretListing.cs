using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded.Database;

namespace AgentRuntime.Vaults.Embedded.Work;

/// <summary>Describes credentials without their values.</summary>
internal static class SecretListing
{
    /// <summary>One credential (none if there is no such), or all, ordered by name.</summary>
    public static List<SecretDescription> Describe(StoreSession session, string? credential)
    {
        var reads = session.Tables.LastReads(credential);
        return [.. session.Tables.Versions(credential)
            .GroupBy(row => row.Credential, StringComparer.Ordinal)
            .Where(group => CredentialName.TryParse(group.Key, out _))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Describe(CredentialName.Parse(group.Key), [.. group], reads))];
    }

    private static SecretDescription Describe(CredentialName name, List<VersionRow> rows, Dictionary<(string Credential, long Version), long> reads) => new(
        name,
        rows[0].State == SecretVersionState.Enabled ? rows[0].Number : null,
        [.. rows.Select(row => new SecretVersionDescription(
            row.Number,
            row.State,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Created),
            row.FieldNames,
            reads.TryGetValue((row.Credential, row.Version), out var time) ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null))]);
}
