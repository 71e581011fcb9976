using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

public sealed class AzureIdentityTests
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [Fact]
    public async Task Reads_as_a_federated_workload()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        Assert.Equal("value", await vault.Open(vault.Settings(vault.Workload())).ValueAsync());
        Assert.Equal(vault.Fake.Entra.Application.ClientId.ToString(), vault.Fake.Service.Log.Records[^1]["identity"]!["claim"]!["appid"]!.GetValue<string>());
    }

    [Fact]
    public async Task Reads_with_a_certificate_of_the_application()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        Assert.Equal("value", await vault.Open(vault.Settings(vault.Certificate())).ValueAsync());
    }

    [Fact]
    public async Task Reads_as_the_managed_identity_of_the_machine()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        Assert.Equal("value", await vault.Open(vault.Settings(new AzureIdentitySettings.ManagedIdentity(vault.Fake.Entra.Machine.ClientId))).ValueAsync());
        Assert.Contains("169.254.169.254", vault.Fake.Connected);
        Assert.DoesNotContain("login.microsoftonline.com", vault.Fake.Connected);
    }

    [Fact]
    public async Task Says_that_the_machine_has_not_that_identity()
    {
        await using var vault = await AzureVault.StartAsync();
        var result = Assert.IsType<SecretReadResult.Failed>(await vault.Open(vault.Settings(new AzureIdentitySettings.ManagedIdentity(Guid.NewGuid()))).GetAsync());
        Assert.True(result.Kind is SecretFailureKind.Denied or SecretFailureKind.Unavailable);
        Assert.Contains("managed identity", result.Message);
    }

    [Fact]
    public async Task Takes_one_token_for_many_reads_and_asks_only_the_two_hosts()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        var store = vault.Open();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("value", await store.ValueAsync());
        }

        Assert.Single(vault.Fake.Entra.Tokens);
        Assert.Equal([vault.Fake.VaultUrl.Host, vault.Fake.AuthorityHost.Host], vault.Fake.Connected.Distinct());
    }

    [Fact]
    public async Task Says_that_the_application_does_not_know_the_certificate()
    {
        await using var vault = await AzureVault.StartAsync();
        Assert.Contains("AADSTS700027", (await vault.Open(vault.Settings(vault.Certificate(isKnown: false))).FailureAsync(SecretFailureKind.Denied)).Message);
    }

    [Fact]
    public async Task Says_that_no_federated_credential_fits()
    {
        await using var vault = await AzureVault.StartAsync();
        Assert.Contains("issuer, subject and audience", (await vault.Open(vault.Settings(vault.Workload(isKnown: false))).FailureAsync(SecretFailureKind.Denied)).Message);
    }

    [Fact]
    public async Task Says_that_the_tenant_has_no_such_application()
    {
        await using var vault = await AzureVault.StartAsync();
        Assert.Contains("auth.client_id", (await vault.Open(vault.Settings(vault.Workload(client: Guid.NewGuid()))).FailureAsync(SecretFailureKind.Denied)).Message);
    }

    [Fact]
    public async Task Says_that_the_vault_belongs_to_another_tenant()
    {
        await using var vault = await AzureVault.StartAsync();
        var own = Guid.NewGuid();
        var message = (await vault.Open(vault.Settings(vault.Workload(tenant: own))).FailureAsync(SecretFailureKind.Denied)).Message;
        Assert.Contains(own.ToString(), message);
        Assert.Contains(vault.Fake.Entra.TenantId.ToString(), message);
        Assert.Empty(vault.Fake.Entra.Tokens);
    }

    [Theory]
    [InlineData(429, SecretFailureKind.Throttled)]
    [InlineData(503, SecretFailureKind.Unavailable)]
    public async Task Says_that_the_authority_gives_no_token_at_the_moment(int status, SecretFailureKind kind)
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Entra.Fails = status;
        Assert.Contains("authority", (await vault.Open().FailureAsync(kind)).Message);
    }

    [Fact]
    public async Task Says_that_the_token_file_is_not_there()
    {
        await using var vault = await AzureVault.StartAsync();
        var missing = Path.Combine(vault.Folder, "gone.jwt");
        var auth = new AzureIdentitySettings.WorkloadIdentity(vault.Fake.Entra.TenantId, vault.Fake.Entra.Application.ClientId, missing);
        Assert.Contains(missing, (await vault.Open(vault.Settings(auth)).FailureAsync(SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Refuses_a_certificate_file_that_others_can_read()
    {
        await using var vault = await AzureVault.StartAsync();
        var auth = (AzureIdentitySettings.ClientCertificate)vault.Certificate();
        AzureVault.SetMode(auth.CertificateFile, Everybody);
        var error = Assert.Throws<SecretStoreException>(() => vault.Open(vault.Settings(auth)));
        Assert.Contains("chmod 600", error.Message);
    }

    [Theory]
    [InlineData("no PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task Refuses_a_certificate_file_without_a_certificate_and_key(string content)
    {
        await using var vault = await AzureVault.StartAsync();
        var auth = new AzureIdentitySettings.ClientCertificate(Guid.NewGuid(), Guid.NewGuid(), vault.NewFile("bad.pem", content));
        var error = Assert.Throws<SecretStoreException>(() => vault.Open(vault.Settings(auth)));
        Assert.Equal(SecretFailureKind.Invalid, error.Failure);
        Assert.Contains("bad.pem", error.Message);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task Refuses_a_certificate_whose_key_is_no_RSA_key()
    {
        using var authority = new AgentRuntime.TestKit.Tls.TestCertificateAuthority();
        using var certificate = authority.ClientCertificate("application");
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        await using var vault = await AzureVault.StartAsync();
        var path = vault.NewFile("ec.pem", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}");
        Assert.Contains("RSA", Assert.Throws<SecretStoreException>(() => vault.Open(vault.Settings(new AzureIdentitySettings.ClientCertificate(Guid.NewGuid(), Guid.NewGuid(), path)))).Message);
    }
}
