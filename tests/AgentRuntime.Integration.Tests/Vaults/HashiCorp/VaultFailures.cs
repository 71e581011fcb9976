using System.Text.Json.Nodes;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Vault;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultFailures : IAsyncLifetime
{
    private readonly VaultClock _clock = new();
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("crm/read", "crm/write", "no/such");
        await _place.PutAsync("crm/read", ("value", "one"));
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Says_that_the_vault_is_sealed()
    {
        _place.Vault.Sealed = true;
        await using var store = OpenUntilTheFirstAnswer();
        Assert.Contains("is sealed", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Unavailable)).Message);
    }

    [Fact]
    public async Task Says_that_it_is_a_standby()
    {
        _place.Vault.Standby = true;
        await using var store = OpenUntilTheFirstAnswer();
        Assert.Contains("another node", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Unavailable)).Message);
    }

    [Fact]
    public async Task Gets_through_a_failover()
    {
        await using var store = _place.Open(time: _clock);
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
        _place.Vault.FailOver(5);
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
        Assert.True(_clock.Waits.Count >= 5);
    }

    [Fact]
    public async Task Waits_as_long_as_a_rate_limit_asks_when_there_is_time()
    {
        var limited = 1;
        _place.Vault.OnRequest = _ => Interlocked.Decrement(ref limited) >= 0 ? FakeAnswer.Fail(429, "rate limit quota exceeded") with { RetryAfter = 1 } : null;
        await using var store = _place.Open(time: _clock);
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
        Assert.Equal([TimeSpan.FromSeconds(1)], _clock.Waits);
    }

    [Fact]
    public async Task Mints_anew_when_an_answer_was_lost_and_the_use_with_it()
    {
        var lost = 1;
        _place.Vault.OnRequest = request =>
        {
            if (!request.Path.StartsWith("secret/data", StringComparison.Ordinal) || Interlocked.Decrement(ref lost) < 0)
            {
                return null;
            }

            // Carried out, and then the answer never arrived.
            foreach (var token in _place.Vault.TokensMadeAt(VaultPlace.MintPath))
            {
                token.Uses = -1;
            }

            return FakeAnswer.Fail(502);
        };
        await using var store = _place.Open(time: _clock);
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
        Assert.Equal(2, _place.Vault.TokensMadeAt(VaultPlace.MintPath).Count);
    }

    [Fact]
    public async Task Says_that_an_engine_is_of_another_version()
    {
        await using var store = _place.Open(settings => settings with { KvVersion = 1 });
        _place.Vault.SetPolicy("agentruntime-crm.read", """path "secret/*" { capabilities = ["read"] }""");
        Assert.Contains("kv_version", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Says_that_there_is_no_such_engine()
    {
        _place.Vault.SetPolicy("agentruntime-crm.read", """path "*" { capabilities = ["read"] }""");
        await using var store = _place.Open(settings => settings with { Mount = "elsewhere" });
        Assert.Contains("no engine", (await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Names_the_place_of_a_missing_credential()
    {
        await using var store = _place.Open();
        Assert.Contains("secret/data/agentruntime/no/such", (await store.FailedAsync(VaultPlace.Read("no/such"), SecretFailureKind.Missing)).Message);
    }

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("-7", "-7")]
    [InlineData("true", "true")]
    public async Task Reads_what_other_programs_stored_as_text(string json, string expected)
    {
        Put($$"""{"value":{{json}}}""");
        await using var store = _place.Open();
        Assert.Equal(expected, await store.ValueAsync(VaultPlace.Read("crm/write")));
    }

    [Theory]
    [InlineData("12345678901234567")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"a":"b"}""")]
    public async Task Refuses_a_field_that_is_no_text(string json)
    {
        Put($$"""{"value":{{json}}}""");
        await using var store = _place.Open();
        Assert.Contains("'value'", (await store.FailedAsync(VaultPlace.Read("crm/write"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Refuses_base64_that_is_none()
    {
        Put("""{"value":"%%%","_base64":"value"}""");
        await using var store = _place.Open();
        Assert.Contains("base64", (await store.FailedAsync(VaultPlace.Read("crm/write"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Keeps_1_MiB_and_refuses_more()
    {
        await using var store = _place.Open(asOperator: true);
        Assert.True((await SetAsync(store, 1024 * 1024)).Succeeded);
        Assert.Equal(1024 * 1024, (await store.FoundAsync(VaultPlace.Read("crm/write"))).Material.Fields["value"].Length);
        var refused = await SetAsync(store, (1024 * 1024) + 1);
        Assert.Equal(SecretFailureKind.Invalid, refused.Failure);
        Assert.Contains("1 MiB", refused.Message);
    }

    [Fact]
    public async Task Says_that_the_vaults_storage_takes_no_value_of_this_size()
    {
        _place.Vault.LargestValue = 1000;
        await using var store = _place.Open(asOperator: true);
        var refused = await SetAsync(store, 5000);
        Assert.Equal(SecretFailureKind.Invalid, refused.Failure);
        Assert.Contains("too large", refused.Message);
    }

    [Fact]
    public async Task Says_that_the_runtimes_own_identity_may_not_write()
    {
        await using var store = _place.Open();
        foreach (var result in new[]
        {
            await SetAsync(store, 5),
            await store.DisableAsync(VaultPlace.Credential("crm/read"), null, VaultPlace.Person, CancellationToken.None),
            await store.DeleteAsync(VaultPlace.Credential("crm/read"), null, VaultPlace.Person, CancellationToken.None),
        })
        {
            Assert.Equal(SecretFailureKind.Denied, result.Failure);
            Assert.Contains("--token-file", result.Message);
        }
    }

    [Fact]
    public async Task Writes_to_an_engine_that_insists_on_a_check()
    {
        _place.Vault.CasRequired = true;
        await using var store = _place.Open(asOperator: true);
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SetAsync(store, 5)));
        Assert.All(versions, one => Assert.True(one.Succeeded, one.Message));
        Assert.Distinct(versions.Select(one => one.Version));
    }

    [Fact]
    public async Task Does_not_write_twice_when_an_answer_was_lost()
    {
        var writes = 0;
        _place.Vault.OnRequest = request =>
        {
            if (request.Operation != "update" || !request.Path.StartsWith("secret/data", StringComparison.Ordinal))
            {
                return null;
            }

            writes++;
            return FakeAnswer.Fail(502);
        };
        await using var store = _place.Open(asOperator: true);
        Assert.Equal(SecretFailureKind.Unavailable, (await SetAsync(store, 5)).Failure);
        Assert.Equal(1, writes);
    }

    [Fact]
    public async Task Describes_with_the_runtimes_own_identity_what_a_policy_grants()
    {
        await using var store = _place.Open();
        var found = Assert.Single(await store.ListAsync([VaultPlace.Credential("crm/read"), VaultPlace.Credential("no/such")], VaultPlace.Person, CancellationToken.None));
        Assert.Equal(["value"], Assert.Single(found.Versions).Fields);
        var thrown = await Assert.ThrowsAsync<SecretStoreException>(async () => await store.DescribeAsync(VaultPlace.Credential("mail/send"), VaultPlace.Person, CancellationToken.None));
        Assert.Equal(SecretFailureKind.Denied, thrown.Failure);
    }

    [Fact]
    public async Task Knows_the_fields_of_what_other_programs_stored()
    {
        Put("""{"username":"maria","password":"canary-88","_base64":""}""");
        await using var store = _place.Open();
        var description = await store.DescribeAsync(VaultPlace.Credential("crm/write"), VaultPlace.Person, CancellationToken.None);
        Assert.Equal(["password", "username"], description!.Versions[0].Fields);
        Assert.DoesNotContain(_place.Vault.Requests, request => request == "GET /v1/secret/data/agentruntime/crm/write");
    }

    [Fact]
    public async Task Lists_for_an_operator_also_what_no_manifest_names()
    {
        await _place.PutAsync("old/thing", ("value", "x"));
        await using var store = _place.Open(asOperator: true);
        Assert.Equal(["crm/read", "old/thing"], (await store.ListAsync([VaultPlace.Credential("crm/read")], VaultPlace.Person, CancellationToken.None)).Select(one => one.Credential.ToString()));
    }

    [Fact]
    public async Task Writes_to_a_server_without_custom_metadata()
    {
        _place.Vault.Modern = false;
        await using var store = _place.Open(asOperator: true);
        Assert.True((await SetAsync(store, 5)).Succeeded);
        var description = await store.DescribeAsync(VaultPlace.Credential("crm/write"), VaultPlace.Person, CancellationToken.None);
        Assert.Empty(description!.Versions[0].Fields);
    }

    /// <summary>The time is over as soon as the vault was asked.</summary>
    private AgentRuntime.Vaults.HashiCorp.VaultSecretStore OpenUntilTheFirstAnswer()
    {
        _place.Vault.OnRequest = _ =>
        {
            _clock.IsOver = true;
            return null;
        };
        return _place.Open(time: _clock);
    }

    private static async Task<SecretWriteResult> SetAsync(AgentRuntime.Vaults.HashiCorp.VaultSecretStore store, int size)
    {
        using var value = SecretValue.CopyUtf8(new string('x', size));
        return await store.SetAsync(VaultPlace.Credential("crm/write"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None);
    }

    private void Put(string json) => _place.Vault.AsRoot("update", "secret/data/agentruntime/crm/write", new JsonObject { ["data"] = JsonNode.Parse(json) });
}
