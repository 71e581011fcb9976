using AgentRuntime.Names;
using AgentRuntime.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

public sealed class AzureFailureTests
{
    private static readonly string Name = AzureVault.NameOf(AzureVault.Credential);

    [Fact]
    public async Task Tells_disabled_from_denied()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        vault.Fake.Secrets.Enable(Name, vault.Fake.Secrets.Put(Name, "value"), enabled: false);
        await store.FailureAsync(SecretFailureKind.Disabled);
        vault.Fake.Service.Deny("get", Name);
        Assert.Contains("Key Vault Secrets User", (await store.FailureAsync(SecretFailureKind.Denied)).Message);
        vault.Fake.Service.DeniedBy = "ForbiddenByPolicy";
        Assert.Contains("access policy", (await store.FailureAsync(SecretFailureKind.Denied)).Message);
    }

    [Fact]
    public async Task Names_the_firewall()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Service.IsFirewalled = true;
        Assert.Contains("firewall", (await vault.Open().FailureAsync(SecretFailureKind.Denied)).Message);
    }

    [Fact]
    public async Task Says_that_a_secret_was_deleted_only_when_it_may_know()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        vault.Fake.Secrets.Put(Name, "value");
        vault.Fake.Secrets.Delete(Name);
        Assert.Contains("recover", (await store.FailureAsync(SecretFailureKind.Deleted)).Message);
        Assert.Contains("no such secret", (await store.FailureAsync(SecretFailureKind.Missing, "crm/never")).Message);
    }

    [Fact]
    public async Task Enforces_the_times_between_which_a_value_is_valid()
    {
        await using var vault = await AzureVault.StartAsync();
        var now = new DateTimeOffset(2031, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var clock = new FakeTimeProvider(now);
        var store = vault.Open(time: clock);
        vault.Fake.Secrets.Put(Name, "value", notBefore: now.AddSeconds(10), expires: now.AddSeconds(20));
        Assert.Contains("not valid yet: it begins at 2031-05-01 12:00:10Z", (await store.FailureAsync(SecretFailureKind.Invalid)).Message);
        Assert.Null((await store.DescribeAsync(AzureVault.Credential, AzureVault.Step, CancellationToken.None))!.Current);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("value", await store.ValueAsync());
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("expired at 2031-05-01 12:00:20Z", (await store.FailureAsync(SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Gives_up_on_a_vault_that_never_answers()
    {
        await using var vault = await AzureVault.StartAsync();
        var clock = new FakeTimeProvider();
        var store = vault.Open(vault.Settings() with { Timeout = TimeSpan.FromSeconds(60) }, clock);
        await using var hold = vault.Fake.Service.Hold();
        var read = store.FailureAsync(SecretFailureKind.Unavailable);
        await hold.Arrived;
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("did not answer within 60 seconds", (await read).Message);
    }

    [Fact]
    public async Task Waits_as_long_as_the_vault_asks_when_the_time_allows_it()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, "value");
        var store = vault.Open();
        vault.Fake.Service.Throttle = TimeSpan.Zero;
        await store.FailureAsync(SecretFailureKind.Throttled);
        Assert.Equal(5, vault.Fake.Service.Log.Records.Count);
        vault.Fake.Service.Throttle = TimeSpan.FromMinutes(10);
        Assert.Contains("600 seconds", (await store.FailureAsync(SecretFailureKind.Throttled)).Message);
        Assert.Equal(6, vault.Fake.Service.Log.Records.Count);
    }

    [Fact]
    public async Task Refuses_an_answer_of_1_MiB()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, new string('x', 1024 * 1024));
        Assert.Contains("more than a Key Vault secret can hold", (await vault.Open().FailureAsync(SecretFailureKind.Invalid)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"value\":\"canary-4471-answer")]
    [InlineData("{\"value\":\"canary-4471-answer\"}")]
    [InlineData("{\"value\":\"canary-4471-answer\",\"id\":7}")]
    [InlineData("{\"value\":\"canary-4471-answer\",\"id\":\"https://x/secrets/other/00000000000000000000000000000001\"}")]
    public async Task Refuses_an_answer_that_is_none_of_a_Key_Vault(string body)
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        await store.FailureAsync(SecretFailureKind.Missing);
        vault.Fake.Service.Instead = (200, body);
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.GetAsync());
        Assert.True(failed.Kind is SecretFailureKind.Integrity or SecretFailureKind.Unavailable, failed.ToString());
        Assert.DoesNotContain("canary-4471-answer", failed.ToString());
    }

    [Fact]
    public async Task Refuses_fields_that_have_not_their_form_without_quoting_them()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, "canary-0f31-fields", "application/vnd.agentruntime.fields+json");
        var failed = await vault.Open().FailureAsync(SecretFailureKind.Invalid);
        Assert.DoesNotContain("canary-0f31-fields", failed.ToString());
    }

    [Theory]
    [InlineData("../../keys/x")]
    [InlineData("%2F")]
    [InlineData("versions")]
    [InlineData("0123456789abcdef0123456789abcdef/")]
    [InlineData("")]
    public async Task Does_not_ask_for_a_version_that_cannot_be(string version)
    {
        await using var vault = await AzureVault.StartAsync();
        await vault.Open().FailureAsync(SecretFailureKind.Missing, version: version);
        Assert.Empty(vault.Fake.Connected);
    }

    [Fact]
    public async Task Reads_on_when_the_vault_was_started_again_between_two_reads()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, "before");
        var store = vault.Open();
        Assert.Equal("before", await store.ValueAsync());
        await vault.Fake.RestartAsync();
        vault.Fake.Secrets.Put(Name, "after");
        Assert.Equal("after", await store.ValueAsync());
    }

    [Fact]
    public async Task Serves_100_reads_side_by_side()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, "value");
        var store = vault.Open();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => store.ValueAsync()))), value => Assert.Equal("value", value));
    }
}
