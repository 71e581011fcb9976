using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.TestKit.Vault;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultTransport
{
    [Fact]
    public async Task Refuses_a_certificate_of_an_unknown_authority()
    {
        await using var place = await VaultPlace.StartAsync();
        using var other = new TestCertificateAuthority();
        await File.WriteAllTextAsync(place.CaFile, other.RootPem, CancellationToken.None);
        await AssertRefusedAsync(place, "ca_file");
    }

    [Fact]
    public async Task Refuses_a_certificate_for_another_host()
    {
        await using var place = await VaultPlace.StartAsync(certificate: authority => authority.ServerCertificate("vault.example.com"));
        await AssertRefusedAsync(place, "another host");
    }

    [Fact]
    public async Task Refuses_a_certificate_whose_time_is_over()
    {
        await using var place = await VaultPlace.StartAsync(certificate: authority => authority.ExpiredServerCertificate());
        await AssertRefusedAsync(place, "time is over");
    }

    [Fact]
    public async Task Speaks_HTTP_2_over_TLS()
    {
        await using var place = await VaultPlace.StartAsync();
        string? protocol = null;
        place.Vault.OnRequest = request =>
        {
            protocol = request.Protocol;
            return null;
        };
        await using var store = place.Open();
        await store.ReadAsync(VaultPlace.Read("crm/read"), CancellationToken.None);
        Assert.Equal("HTTP/2", protocol);
    }

    [Theory]
    [InlineData("http://vault.example.com:8200", true)]
    [InlineData("http://127.0.0.1:8200", false)]
    [InlineData("http://localhost.example.com:8200", true)]
    public async Task Refuses_plain_http_off_loopback_and_without_the_setting(string address, bool allowed)
    {
        await using var place = await VaultPlace.StartAsync();
        var thrown = Assert.Throws<SecretStoreException>(() => place.Open(settings => settings with { Address = new Uri(address), AllowPlainHttp = allowed, CaFile = null }));
        Assert.Equal(SecretFailureKind.Invalid, thrown.Failure);
        Assert.Contains("https", thrown.Message);
    }

    [Fact]
    public async Task Allows_plain_http_to_loopback_with_the_setting()
    {
        await using var place = await VaultPlace.StartAsync(plain: true);
        place.Grant("crm/read");
        await place.PutAsync("crm/read", ("value", "one"));
        await using var store = place.Open();
        Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));
    }

    [Fact]
    public async Task Gives_up_on_a_vault_that_never_answers()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var place = await VaultPlace.StartAsync();
        await using var store = place.Open(settings => settings with { Timeout = TimeSpan.FromSeconds(10) }, time: time);
        using var hold = place.Vault.Hold();
        var read = store.ReadAsync(VaultPlace.Read("crm/read"), CancellationToken.None).AsTask();
        await hold.Reached;
        time.Advance(TimeSpan.FromSeconds(11));
        var failed = Assert.IsType<SecretReadResult.Failed>(await read);
        Assert.Equal(SecretFailureKind.Unavailable, failed.Kind);
        Assert.Contains("did not answer in time", failed.Message);
    }

    [Fact]
    public async Task Says_that_nobody_listens()
    {
        await using var place = await VaultPlace.StartAsync();
        await using var store = place.Open(settings => settings with { Timeout = TimeSpan.FromSeconds(3) });
        await place.Vault.StopAsync();
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Unavailable);
        Assert.Contains("cannot be reached", failed.Message);
        await place.Vault.StartAgainAsync();
    }

    [Fact]
    public async Task Never_follows_a_redirect_with_a_token()
    {
        await using var place = await VaultPlace.StartAsync();
        await using var other = await FakeVault.StartAsync();
        var clock = new VaultClock();
        place.Vault.OnRequest = request =>
        {
            clock.IsOver = true;
            return new FakeAnswer(307) { Location = new Uri(other.Address, $"/v1/{request.Path}").ToString() };
        };
        await using var store = place.Open(time: clock);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Unavailable);
        Assert.Contains("redirects are not followed", failed.Message);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Does_not_read_an_answer_without_end()
    {
        await using var place = await VaultPlace.StartAsync();
        place.Vault.OnRequest = _ => new FakeAnswer(200) { Bare = new string('x', 9 * 1024 * 1024) };
        using var client = new VaultClient(new VaultClientOptions { Address = place.Vault.Address, CaFile = place.CaFile }, TimeProvider.System);
        using var response = await client.SendAsync(Sys.Health(), token: null, TimeSpan.FromMinutes(5), CancellationToken.None);
        Assert.Equal(0, response.Status);
        Assert.Contains("8 MiB", response.NoAnswer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("a/./b")]
    [InlineData("a%2Fb")]
    [InlineData("a%00")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\\b")]
    [InlineData("ä")]
    public void Refuses_a_path_that_a_vault_would_read_otherwise(string path)
    {
        Assert.False(VaultPath.TryParse(path, out _));
        var thrown = Assert.Throws<FormatException>(() => VaultPath.Parse("secret").Then(path));
        Assert.True(path.Length < 3 || !thrown.Message.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public void Keeps_a_path_as_it_is() => Assert.Equal("secret/data/crm.io/Read_1", KvV2.DataPath(VaultPath.Parse("secret"), VaultPath.Parse("crm.io/Read_1")).ToString());

    private static async Task AssertRefusedAsync(VaultPlace place, string text)
    {
        await using var store = place.Open();
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Unavailable);
        Assert.Contains(text, failed.Message);
        Assert.Empty(place.Vault.Requests);
    }
}
