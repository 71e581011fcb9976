using System.Globalization;

namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>The key/value engine with versions (<c>/api-docs/secret/kv/kv-v2</c>).</summary>
internal static class KvV2
{
    public static VaultPath DataPath(VaultPath mount, VaultPath secret) => mount.Then("data").Then(secret);

    public static VaultPath MetadataPath(VaultPath mount, VaultPath secret) => mount.Then("metadata").Then(secret);

    /// <summary>The names of fields without values; Vault 1.10 and newer, OpenBao.</summary>
    public static VaultPath SubkeysPath(VaultPath mount, VaultPath secret) => mount.Then("subkeys").Then(secret);

    /// <param name="mount">The engine.</param>
    /// <param name="secret">The secret below it.</param>
    /// <param name="version">The version, or <c>null</c> for the current one.</param>
    public static VaultRequest Read(VaultPath mount, VaultPath secret, long? version = null) =>
        VaultRequest.Get(DataPath(mount, secret)) with { Query = version is { } number ? string.Create(CultureInfo.InvariantCulture, $"version={number}") : null };

    /// <param name="mount">The engine.</param>
    /// <param name="secret">The secret below it.</param>
    /// <param name="cas">The version that must be the newest, 0 for none, <c>null</c> for no check.</param>
    /// <param name="fields">Writes its members.</param>
    public static VaultRequest Write(VaultPath mount, VaultPath secret, long? cas, Action<VaultBody> fields) =>
        VaultRequest.Post(DataPath(mount, secret), body =>
        {
            if (cas is { } expected)
            {
                body.Json.WriteStartObject("options");
                body.Json.WriteNumber("cas", expected);
                body.Json.WriteEndObject();
            }

            body.Json.WriteStartObject("data");
            fields(body);
            body.Json.WriteEndObject();
        }) with
        {
            Repeatable = false,
        };

    public static VaultRequest Metadata(VaultPath mount, VaultPath secret) => VaultRequest.Get(MetadataPath(mount, secret));

    public static VaultRequest Subkeys(VaultPath mount, VaultPath secret) => VaultRequest.Get(SubkeysPath(mount, secret));

    /// <summary>Merges texts into the custom metadata of the secret; <c>null</c> removes one. Vault 1.10 and newer, OpenBao.</summary>
    public static VaultRequest PatchCustomMetadata(VaultPath mount, VaultPath secret, IReadOnlyDictionary<string, string?> texts) =>
        VaultRequest.Post(MetadataPath(mount, secret), body =>
        {
            body.Json.WriteStartObject("custom_metadata");
            foreach (var (name, value) in texts)
            {
                body.Json.WriteString(name, value);
            }

            body.Json.WriteEndObject();
        }) with
        {
            Method = HttpMethod.Patch,
            ContentType = "application/merge-patch+json",
        };

    /// <summary>Makes versions unreadable until <see cref="Undelete"/>.</summary>
    public static VaultRequest Delete(VaultPath mount, VaultPath secret, params IEnumerable<long> versions) => Versions(mount.Then("delete").Then(secret), versions);

    public static VaultRequest Undelete(VaultPath mount, VaultPath secret, params IEnumerable<long> versions) => Versions(mount.Then("undelete").Then(secret), versions);

    /// <summary>Removes the values of versions for good.</summary>
    public static VaultRequest Destroy(VaultPath mount, VaultPath secret, params IEnumerable<long> versions) => Versions(mount.Then("destroy").Then(secret), versions);

    /// <param name="mount">The engine.</param>
    /// <param name="folder">The folder below it.</param>
    public static VaultRequest List(VaultPath mount, VaultPath folder) => VaultRequest.List(MetadataPath(mount, folder));

    private static VaultRequest Versions(VaultPath path, IEnumerable<long> versions) => VaultRequest.Post(path, body =>
    {
        body.Json.WriteStartArray("versions");
        foreach (var version in versions)
        {
            body.Json.WriteNumberValue(version);
        }

        body.Json.WriteEndArray();
    });
}
