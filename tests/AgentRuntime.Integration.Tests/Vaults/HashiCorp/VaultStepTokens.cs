using System.Text.Json;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultStepTokens : IAsyncLifetime
{
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("crm/read", "crm/write");
        await _place.PutAsync("crm/read", ("value", "one"));
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Puts_run_step_and_attempt_into_the_vaults_own_log_of_the_read()
    {
        await using var store = _place.Open();
        var found = await store.FoundAsync(VaultPlace.Read("crm/read"));
        var line = Assert.Single(Audit(), entry => entry.GetProperty("request").GetProperty("id").GetString() == found.StoreRequestId && entry.GetProperty("type").GetString() == "response");
        Assert.Equal("secret/data/agentruntime/crm/read", line.GetProperty("request").GetProperty("path").GetString());
        var meta = line.GetProperty("auth").GetProperty("metadata").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString());
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["run_id"] = "run_1",
                ["step_id"] = "each[0].find",
                ["attempt"] = "2",
                ["workflow"] = "invoice-follow-up",
                ["server"] = "crm",
                ["tool"] = "find_customer",
                ["scope"] = "read",
                ["credential"] = "crm/read",
                ["trace_id"] = "0af7651916cd43dd8448eb211c80319c",
                ["principal"] = "user:maria",
                ["purpose"] = "step",
            },
            meta);
    }

    [Fact]
    public async Task Asks_for_exactly_one_policy_one_use_and_seconds_of_life()
    {
        await using var store = _place.Open();
        var found = await store.FoundAsync(VaultPlace.Read("crm/read"));
        var token = Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
        Assert.Equal(["agentruntime-crm.read"], token.Policies);
        Assert.Equal(TimeSpan.FromSeconds(60), token.Ttl);
        Assert.Equal(TimeSpan.FromSeconds(60), token.ExplicitMaxTtl);
        Assert.False(token.Renewable);
        Assert.Equal(token.Accessor, found.TokenAccessor);

        // The one use is used up: nobody can read again with what was on the wire.
        Assert.Equal(1, token.Requests);
        Assert.False(_place.Vault.IsGood(token));
    }

    [Fact]
    public async Task Counts_two_uses_when_the_value_is_decrypted_too()
    {
        await using (var person = _place.Open(WithTransit, asOperator: true))
        {
            using var value = SecretValue.CopyUtf8("sealed");
            Assert.True((await person.SetAsync(VaultPlace.Credential("crm/write"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None)).Succeeded);
        }

        await using var store = _place.Open(WithTransit);
        Assert.Equal("sealed", await store.ValueAsync(VaultPlace.Read("crm/write")));
        var token = Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
        Assert.Equal(2, token.Requests);
        Assert.Equal(-1, token.Uses);
    }

    [Fact]
    public async Task Uses_the_token_that_was_prepared()
    {
        await using var store = _place.Open();
        var access = await store.PrepareAsync(VaultPlace.Read("crm/read"), CancellationToken.None);
        var token = Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
        Assert.Equal(0, token.Requests);
        var found = await store.FoundAsync(VaultPlace.Read("crm/read", access));
        Assert.Equal(token.Accessor, found.TokenAccessor);
        Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
    }

    [Fact]
    public async Task Mints_anew_when_the_prepared_token_is_about_to_expire()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var store = _place.Open(time: time);
        var access = await store.PrepareAsync(VaultPlace.Read("crm/read"), CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read", access)));
        var tokens = _place.Vault.TokensMadeAt(VaultPlace.MintPath);
        Assert.Equal(2, tokens.Count);
        Assert.Equal([0, 1], tokens.Select(token => token.Requests).Order());
    }

    [Fact]
    public async Task Mints_anew_when_the_prepared_token_was_revoked_in_the_middle()
    {
        await using var store = _place.Open();
        var access = await store.PrepareAsync(VaultPlace.Read("crm/read"), CancellationToken.None);
        _place.Vault.Revoke(Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath)));
        var found = await store.FoundAsync(VaultPlace.Read("crm/read", access));
        Assert.Equal(2, _place.Vault.TokensMadeAt(VaultPlace.MintPath).Count);
        Assert.NotEqual(access!.Accessor, found.TokenAccessor);
    }

    [Fact]
    public async Task Revokes_the_token_when_the_lease_ends_and_only_once()
    {
        await using var store = _place.Open(WithTwoUses);
        _place.Vault.AddDatabaseRole("reporter");
        var found = await store.FoundAsync(VaultPlace.Read("crm/write"));
        var token = Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
        Assert.True(_place.Vault.IsGood(token));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => found.Access!.DisposeAsync().AsTask()));
        Assert.False(_place.Vault.IsGood(token));
        Assert.Single(_place.Vault.Requests, request => request.EndsWith("/revoke-accessor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ends_a_prepared_token_that_nobody_used()
    {
        await using var store = _place.Open();
        var access = await store.PrepareAsync(VaultPlace.Read("crm/read"), CancellationToken.None);
        await access!.DisposeAsync();
        Assert.False(_place.Vault.IsGood(Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath))));
    }

    [Fact]
    public async Task Ends_the_token_of_a_read_that_failed()
    {
        var store = _place.Open();
        await store.FailedAsync(VaultPlace.Read("crm/write"), SecretFailureKind.Missing);
        await store.DisposeAsync();
        Assert.All(_place.Vault.TokensMadeAt(VaultPlace.MintPath), token => Assert.False(_place.Vault.IsGood(token)));
    }

    [Fact]
    public async Task Ending_a_token_at_a_vault_that_is_gone_neither_throws_nor_hangs()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var store = _place.Open(WithTwoUses, time: time);
        _place.Vault.AddDatabaseRole("reporter");
        var found = await store.FoundAsync(VaultPlace.Read("crm/write"));
        await _place.Vault.StopAsync();
        var ending = found.Access!.DisposeAsync().AsTask();
        while (!ending.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await ending;
        await _place.Vault.StartAgainAsync();
    }

    [Fact]
    public async Task Refuses_and_revokes_a_token_that_is_wider_than_asked()
    {
        var store = _place.Open();
        _place.Vault.WidensTokens = true;
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Denied);
        Assert.Contains("other policies", failed.Message);
        Assert.Null(await store.PrepareAsync(VaultPlace.Read("crm/read"), CancellationToken.None));
        await store.DisposeAsync();
        Assert.All(_place.Vault.TokensMadeAt(VaultPlace.MintPath), token => Assert.False(_place.Vault.IsGood(token)));
        Assert.DoesNotContain(_place.Vault.Requests, request => request == "GET /v1/secret/data/agentruntime/crm/read");
    }

    [Fact]
    public async Task Says_which_policy_the_token_role_does_not_allow()
    {
        await using var store = _place.Open();
        var failed = await store.FailedAsync(VaultPlace.Read("mail/send"), SecretFailureKind.Denied);
        Assert.Contains("agentruntime-mail.send", failed.Message);
        Assert.Contains("vault plan", failed.Message);
    }

    [Fact]
    public async Task Waits_until_a_new_token_has_arrived_at_the_node()
    {
        var clock = new VaultClock();
        _place.Vault.NewTokensUnknownFor = 2;
        await using var store = _place.Open(time: clock);
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
        Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
        Assert.Equal(2, clock.Waits.Count);
    }

    [Fact]
    public async Task Gives_up_on_tokens_that_never_arrive()
    {
        _place.Vault.NewTokensUnknownFor = 1000;
        await using var store = _place.Open(time: new VaultClock());
        await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Denied);
        Assert.Equal(2, _place.Vault.TokensMadeAt(VaultPlace.MintPath).Count);
    }

    [Fact]
    public async Task Serves_100_leases_at_once_each_with_a_token_of_its_own()
    {
        await using var store = _place.Open();
        var found = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => store.FoundAsync(VaultPlace.Read("crm/read")))));
        Assert.Equal(100, found.Select(one => one.TokenAccessor).Distinct().Count());
        Assert.Equal(100, found.Select(one => one.StoreRequestId).Distinct().Count());
        await Task.WhenAll(found.Select(one => one.Access!.DisposeAsync().AsTask()));
        Assert.All(_place.Vault.TokensMadeAt(VaultPlace.MintPath), token => Assert.False(_place.Vault.IsGood(token)));
        Assert.Equal(1, _place.Vault.Logins);
    }

    [Fact]
    public async Task Reads_the_new_value_after_a_rotation_and_after_a_restart_of_the_server()
    {
        await using var store = _place.Open();
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
        await _place.PutAsync("crm/read", ("value", "two"));
        Assert.Equal("two", await store.ValueAsync(VaultPlace.Read("crm/read")));
        await _place.Vault.StopAsync();
        await _place.Vault.StartAgainAsync();
        Assert.Equal("two", await store.ValueAsync(VaultPlace.Read("crm/read")));
    }

    [Fact]
    public async Task Reads_with_a_batch_token_that_has_no_accessor()
    {
        _place.WriteRole("batch");
        await using var store = _place.Open(settings => settings with { Tokens = new VaultTokenSettings { Mode = VaultTokenMode.Batch } });
        var found = await store.FoundAsync(VaultPlace.Read("crm/read"));
        Assert.Null(found.TokenAccessor);
        await found.Access!.DisposeAsync();
        var token = Assert.Single(_place.Vault.TokensMadeAt(VaultPlace.MintPath));
        Assert.Equal(["agentruntime-crm.read"], token.Policies);
        Assert.True(token.Batch);
        Assert.DoesNotContain(_place.Vault.Requests, request => request.EndsWith("/revoke-accessor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_batch_tokens_when_counted_ones_were_asked_for()
    {
        _place.WriteRole("batch");
        await using var store = _place.Open();
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid);
        Assert.Contains("tokens.mode", failed.Message);
    }

    [Fact]
    public async Task Sends_the_login_with_the_read_in_inline_mode()
    {
        _place.Vault.InlineAuth = true;
        _place.Vault.SetPolicy(VaultPlace.RuntimePolicy, """path "secret/data/agentruntime/*" { capabilities = ["read"] }""");
        await using var store = _place.Open(settings => settings with { Tokens = new VaultTokenSettings { Mode = VaultTokenMode.Inline } });
        Assert.Null(await store.PrepareAsync(VaultPlace.Read("crm/read"), CancellationToken.None));
        var found = await store.FoundAsync(VaultPlace.Read("crm/read"));
        Assert.Null(found.Access);
        Assert.Null(found.TokenAccessor);
        Assert.DoesNotContain(_place.Vault.Requests, request => request.Contains("login", StringComparison.Ordinal));
    }

    private static VaultSecretSettings WithTransit(VaultSecretSettings settings) => settings with { Transit = new VaultTransitSettings("transit", "agentruntime") };

    private static VaultSecretSettings WithTwoUses(VaultSecretSettings settings) =>
        settings with { Database = new Dictionary<Names.CredentialName, VaultDatabaseSettings> { [VaultPlace.Credential("crm/write")] = new("database", "reporter") } };

    private IEnumerable<JsonElement> Audit() => _place.Vault.AuditLines.Select(line => JsonDocument.Parse(line).RootElement);
}
