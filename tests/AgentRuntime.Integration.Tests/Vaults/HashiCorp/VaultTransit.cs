using System.Text.Json.Nodes;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Workspaces;
using MasterKeySource = AgentRuntime.Vaults.Embedded.Keys.MasterKeySource;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultTransit : IAsyncLifetime
{
    private static readonly Func<VaultSecretSettings, VaultSecretSettings> On = settings => settings with { Transit = new VaultTransitSettings("transit", "agentruntime") };
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("crm/read", "payments/refund");
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Keeps_only_ciphertexts_in_the_key_value_engine()
    {
        await SetAsync("crm/read", "canary-5511-transit-value");
        var kept = Kept("crm/read").ToJsonString();
        Assert.StartsWith("vault:v1:", Kept("crm/read")["value"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(new LeakDetector(("value", "canary-5511-transit-value")).Search(kept));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_a_ciphertext_that_was_copied_from_another_credential(bool derived)
    {
        _place.Vault.AsRoot("update", "transit/keys/agentruntime", new JsonObject { ["derived"] = derived });
        await SetAsync("payments/refund", "canary-refund");
        await SetAsync("crm/read", "mine");
        Put("crm/read", Kept("payments/refund"));
        await using var store = _place.Open(On);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Integrity);
        Assert.DoesNotContain("canary-refund", failed.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_a_ciphertext_that_was_changed(bool modern)
    {
        await SetAsync("crm/read", "mine");
        var text = Kept("crm/read")["value"]!.ToString();
        Put("crm/read", new JsonObject { ["value"] = $"{text[..^6]}AAAA{text[^2..]}" });
        _place.Vault.Modern = modern;
        await using var store = _place.Open(On);
        await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Integrity);
    }

    [Fact]
    public async Task Refuses_a_value_that_is_not_encrypted()
    {
        Put("crm/read", new JsonObject { ["value"] = "plain" });
        await using var store = _place.Open(On);
        Assert.Contains("not encrypted", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Says_that_a_version_of_the_key_is_not_allowed_any_more()
    {
        await SetAsync("crm/read", "mine");
        _place.Vault.AsRoot("update", "transit/keys/agentruntime/rotate");
        _place.Vault.AsRoot("update", "transit/keys/agentruntime/config", new JsonObject { ["min_decryption_version"] = 2 });
        await using var store = _place.Open(On);
        Assert.Contains("min_decryption_version", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Says_that_the_policy_lacks_the_decryption()
    {
        await SetAsync("crm/read", "mine");
        _place.Vault.SetPolicy("agentruntime-crm.read", """path "secret/data/agentruntime/crm/read" { capabilities = ["read"] }""");
        await using var store = _place.Open(On);
        Assert.Contains("transit key 'agentruntime'", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Denied)).Message);
    }

    [Fact]
    public async Task Seals_the_master_key_of_the_embedded_store()
    {
        var path = _place.PathOf("secrets.db");
        await using (var store = await OpenAsync(path))
        {
            using var value = SecretValue.CopyUtf8("canary-embedded-1234567");
            Assert.True((await store.SetAsync(VaultPlace.Credential("crm/read"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None)).Succeeded);
        }

        await using (var again = await OpenAsync(path))
        {
            Assert.Equal("canary-embedded-1234567", await again.ValueAsync(VaultPlace.Read("crm/read")));
        }

        Assert.Empty(new LeakDetector(("value", "canary-embedded-1234567")).SearchFile(path));
    }

    [Fact]
    public async Task Does_not_open_the_embedded_store_without_the_vault()
    {
        var path = _place.PathOf("secrets.db");
        await (await OpenAsync(path)).DisposeAsync();
        _place.Vault.Sealed = true;
        Assert.Equal(EmbeddedStoreErrorKind.Unavailable, (await Assert.ThrowsAsync<EmbeddedStoreException>(() => OpenAsync(path, new VaultClock { IsOver = true }))).Kind);
        _place.Vault.Sealed = false;
        _place.Vault.SetPolicy(VaultPlace.RuntimePolicy, string.Empty);
        var denied = await Assert.ThrowsAsync<EmbeddedStoreException>(() => OpenAsync(path));
        Assert.Contains("transit/decrypt/agentruntime-master", denied.Message);
    }

    [Fact]
    public async Task Takes_a_new_master_key_from_the_vault_without_losing_a_value()
    {
        var path = _place.PathOf("secrets.db");
        await using (var store = await OpenAsync(path))
        {
            using var value = SecretValue.CopyUtf8("kept");
            Assert.True((await store.SetAsync(VaultPlace.Credential("crm/read"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None)).Succeeded);
            await store.RewrapAsync(Key(), VaultPlace.Person, CancellationToken.None);
        }

        await using var again = await OpenAsync(path);
        Assert.Equal("kept", await again.ValueAsync(VaultPlace.Read("crm/read")));
    }

    private MasterKeySource Key(TimeProvider? time = null) => MasterKeySource.VaultTransit(new VaultStoreOptions { Settings = _place.Settings }, "transit", "agentruntime-master", time ?? TimeProvider.System);

    private Task<EmbeddedSecretStore> OpenAsync(string path, TimeProvider? time = null) => EmbeddedSecretStore.OpenAsync(new EmbeddedStoreOptions { Path = path, MasterKey = Key(time) }, TimeProvider.System, CancellationToken.None);

    private JsonObject Kept(string credential) => (JsonObject)_place.Vault.AsRoot("read", $"secret/data/agentruntime/{credential}")!["data"]!.DeepClone();

    private void Put(string credential, JsonObject data) => _place.Vault.AsRoot("update", $"secret/data/agentruntime/{credential}", new JsonObject { ["data"] = data });

    private async Task SetAsync(string credential, string text)
    {
        await using var store = _place.Open(On, asOperator: true);
        using var value = SecretValue.CopyUtf8(text);
        var result = await store.SetAsync(VaultPlace.Credential(credential), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None);
        Assert.True(result.Succeeded, result.Message);
    }
}
