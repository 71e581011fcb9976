namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>The key/value engine without versions (<c>/api-docs/secret/kv/kv-v1</c>).</summary>
internal static class KvV1
{
    public static VaultRequest Read(VaultPath mount, VaultPath secret) => VaultRequest.Get(mount.Then(secret));

    /// <param name="mount">The engine.</param>
    /// <param name="secret">The secret below it.</param>
    /// <param name="fields">Writes its members.</param>
    public static VaultRequest Write(VaultPath mount, VaultPath secret, Action<VaultBody> fields) => VaultRequest.Post(mount.Then(secret), fields);

    public static VaultRequest Delete(VaultPath mount, VaultPath secret) => VaultRequest.Delete(mount.Then(secret));

    public static VaultRequest List(VaultPath mount, VaultPath folder) => VaultRequest.List(mount.Then(folder));
}
