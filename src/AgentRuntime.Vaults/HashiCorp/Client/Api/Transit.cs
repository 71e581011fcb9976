namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>Encryption as a service (<c>/api-docs/secret/transit</c>).</summary>
internal static class Transit
{
    /// <summary>What every ciphertext begins with.</summary>
    public const string Prefix = "vault:v";

    /// <summary>The type of the keys that are made here.</summary>
    public const string KeyType = "aes256-gcm96";

    public static VaultPath EncryptPath(VaultPath mount, string key) => mount.Then("encrypt").Then(key);

    public static VaultPath DecryptPath(VaultPath mount, string key) => mount.Then("decrypt").Then(key);

    /// <summary>Encrypts several values in one request; each item writes <c>plaintext</c> and <c>context</c>.</summary>
    public static VaultRequest Encrypt(VaultPath mount, string key, IEnumerable<Action<VaultBody>> items) => Batch(EncryptPath(mount, key), items);

    /// <summary>Decrypts several values in one request; each item writes <c>ciphertext</c> and <c>context</c>.</summary>
    public static VaultRequest Decrypt(VaultPath mount, string key, IEnumerable<Action<VaultBody>> items) => Batch(DecryptPath(mount, key), items);

    /// <summary>A new 256-bit data key, in plain and encrypted.</summary>
    public static VaultRequest DataKey(VaultPath mount, string key) => VaultRequest.Post(mount.Then("datakey").Then("plaintext").Then(key), static body => body.Json.WriteNumber("bits", 256));

    public static VaultRequest ReadKey(VaultPath mount, string key) => VaultRequest.Get(mount.Then("keys").Then(key));

    /// <summary>Makes a key that is derived anew for each context.</summary>
    public static VaultRequest CreateKey(VaultPath mount, string key) => VaultRequest.Post(mount.Then("keys").Then(key), static body =>
    {
        body.Json.WriteString("type", KeyType);
        body.Json.WriteBoolean("derived", value: true);
    });

    /// <summary>The results of a batch, in the order of the items.</summary>
    public static IReadOnlyList<JsonSlice> Results(VaultResponse response) => response.Data["batch_results"].Items();

    /// <summary>Whether the answer says that a ciphertext or its context was changed, or is of a version that is not allowed any more.</summary>
    public static bool IsTampered(VaultResponse response) =>
        Broken(string.Join(' ', response.Errors)) || Results(response).Any(static item => item["error"].Text() is { } error && Broken(error));

    /// <summary>Whether the answer says that the ciphertext is of a version below the key's <c>min_decryption_version</c>.</summary>
    public static bool IsTooOld(VaultResponse response) =>
        response.Says("too old") || Results(response).Any(static item => item["error"].Text() is { } error && error.Contains("too old", StringComparison.Ordinal));

    private static bool Broken(string error) =>
        error.Contains("message authentication failed", StringComparison.Ordinal)
        || error.Contains("invalid ciphertext", StringComparison.Ordinal)
        || error.Contains("illegal base64", StringComparison.Ordinal);

    private static VaultRequest Batch(VaultPath path, IEnumerable<Action<VaultBody>> items) => VaultRequest.Post(path, body =>
    {
        body.Json.WriteStartArray("batch_input");
        foreach (var item in items)
        {
            body.Json.WriteStartObject();
            item(body);
            body.Json.WriteEndObject();
        }

        body.Json.WriteEndArray();
    });
}
