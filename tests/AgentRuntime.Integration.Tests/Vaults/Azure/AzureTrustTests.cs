using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>Whom the store speaks to, and to whom it shows a token.</summary>
public sealed class AzureTrustTests
{
    [Theory]
    [InlineData("https://vault.other.example")]
    [InlineData("https://management.azure.com")]
    [InlineData("not a url")]
    public async Task Gives_no_token_to_a_vault_that_asks_for_one_of_another_service(string resource)
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Service.ChallengeResource = resource;
        var failed = await vault.Open().FailureAsync(SecretFailureKind.Denied);
        Assert.Contains("another service", failed.Message);
        Assert.Empty(vault.Fake.Entra.Tokens);
        Assert.DoesNotContain(vault.Fake.AuthorityHost.Host, vault.Fake.Connected);
    }

    [Fact]
    public async Task Asks_its_own_authority_whatever_authority_the_vault_names()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        vault.Fake.Service.ChallengeAuthorization = $"https://login.evil.example/{vault.Fake.Entra.TenantId}";
        Assert.Equal("value", await vault.Open().ValueAsync());
        Assert.DoesNotContain("login.evil.example", vault.Fake.Connected);
    }

    [Fact]
    public async Task Refuses_a_vault_that_an_unknown_authority_signed()
    {
        using var stranger = new TestCertificateAuthority();
        await using var vault = await AzureVault.StartAsync((_, hosts) => stranger.ServerCertificate(hosts));
        Assert.Contains("no trusted authority signed", (await vault.Open().FailureAsync(SecretFailureKind.Unavailable)).Message);
    }

    [Fact]
    public async Task Does_not_trust_a_private_root_that_nobody_named()
    {
        await using var vault = await AzureVault.StartAsync();
        Assert.Contains("ca_file", (await vault.Open(vault.Settings() with { CaFile = null }).FailureAsync(SecretFailureKind.Unavailable)).Message);
    }

    [Fact]
    public async Task Refuses_an_expired_certificate()
    {
        await using var vault = await AzureVault.StartAsync((authority, hosts) => authority.ExpiredServerCertificate(hosts));
        Assert.Contains("time is over", (await vault.Open().FailureAsync(SecretFailureKind.Unavailable)).Message);
    }

    [Fact]
    public async Task Refuses_a_certificate_of_another_host()
    {
        await using var vault = await AzureVault.StartAsync((authority, _) => authority.ServerCertificate("other.vault.azure.net"));
        Assert.Contains("for another host", (await vault.Open().FailureAsync(SecretFailureKind.Unavailable)).Message);
    }

    [Fact]
    public async Task Tries_a_certificate_that_is_not_trusted_only_once()
    {
        await using var vault = await AzureVault.StartAsync((authority, hosts) => authority.ExpiredServerCertificate(hosts));
        await vault.Open().FailureAsync(SecretFailureKind.Unavailable);
        Assert.Single(vault.Fake.Connected);
    }

    [Fact]
    public async Task Says_that_the_host_has_no_address()
    {
        await using var vault = await AzureVault.StartAsync();
        var failed = await vault.Open(vault.Settings() with { VaultUrl = new Uri("https://no-such.vault.azure.net") }).FailureAsync(SecretFailureKind.Unavailable);
        Assert.Contains("cannot be resolved", failed.Message);
        Assert.Contains("no-such", failed.Message);
    }

    [Fact]
    public async Task Names_the_authority_when_that_is_what_cannot_be_reached()
    {
        await using var vault = await AzureVault.StartAsync();
        var failed = await vault.Open(vault.Settings() with { AuthorityHost = new Uri("https://login.nowhere.example/") }).FailureAsync(SecretFailureKind.Unavailable);
        Assert.Contains("login.nowhere.example", failed.Message);
    }

    [Theory]
    [InlineData("missing.pem", null)]
    [InlineData("empty.pem", "")]
    [InlineData("text.pem", "no certificate")]
    public async Task Refuses_a_ca_file_that_holds_no_certificate(string name, string? content)
    {
        await using var vault = await AzureVault.StartAsync();
        var path = content is null ? Path.Combine(vault.Folder, name) : vault.NewFile(name, content);
        var error = Assert.Throws<SecretStoreException>(() => vault.Open(vault.Settings(new AzureIdentitySettings.ManagedIdentity(null)) with { CaFile = path }));
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public async Task Does_not_follow_a_redirect()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        await store.FailureAsync(SecretFailureKind.Missing);
        vault.Fake.Service.Instead = (302, "{}");
        Assert.Contains("redirects are not followed", (await store.FailureAsync(SecretFailureKind.Unavailable)).Message);
    }
}
