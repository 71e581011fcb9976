using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>
/// The names of a version's fields, which the engine's metadata lacks: what this program stores is noted in the custom metadata; of the current version of
/// another program they are asked for without values (subkeys). Both need Vault 1.10 or OpenBao; without them the names are not known.
/// </summary>
internal static class FieldNames
{
    private const string Key = "agentruntime_fields_";
    private const int LongestText = 512;
    private const int Remembered = 32;

    /// <summary>Notes the names. A server or an identity that cannot do it leaves them unknown.</summary>
    public static async ValueTask RememberAsync(VaultIdentity writer, VaultNames names, CredentialName credential, long version, IEnumerable<string> fields, Deadline deadline, CancellationToken cancellationToken)
    {
        var text = string.Join(',', fields.Order(StringComparer.Ordinal));
        if (text.Length > LongestText)
        {
            return;
        }

        var notes = new Dictionary<string, string?>(StringComparer.Ordinal) { [KeyOf(version)] = text };
        if (version > Remembered)
        {
            notes[KeyOf(version - Remembered)] = null;
        }

        using var response = await writer.SendAsync(KvV2.PatchCustomMetadata(names.Mount, names.Secret(credential), notes), deadline, cancellationToken);
    }

    /// <summary>The names that were noted, or <c>null</c>.</summary>
    public static IReadOnlyList<string>? Noted(KvMetadata metadata, long version) =>
        metadata.Custom.TryGetValue(KeyOf(version), out var text) ? text.Split(',', StringSplitOptions.RemoveEmptyEntries) : null;

    /// <summary>The names of the current version's fields, or <c>null</c> when the server does not say.</summary>
    public static async ValueTask<IReadOnlyList<string>?> AskAsync(VaultIdentity identity, VaultNames names, CredentialName credential, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await identity.SendAsync(KvV2.Subkeys(names.Mount, names.Secret(credential)), deadline, cancellationToken);
        return response.Succeeded && response.Data["subkeys"] is { Exists: true } subkeys
            ? [.. subkeys.Members().Select(static member => member.Name).Where(static name => name != SecretFields.Marker && Name.IsValid(name)).Order(StringComparer.Ordinal)]
            : null;
    }

    private static string KeyOf(long version) => Key + version.ToString(CultureInfo.InvariantCulture);
}
