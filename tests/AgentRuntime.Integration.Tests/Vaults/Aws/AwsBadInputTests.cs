using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsBadInputTests
{
    [Theory]
    [InlineData("http://secrets.example/", true)]
    [InlineData("http://127.0.0.1:1/", false)]
    public void Refuses_plain_http(string url, bool allowed)
    {
        using var key = SecretValue.CopyUtf8("x");
        using var identity = AwsIdentity.Given("AKIA1", key);
        var error = Assert.Throws<SecretStoreException>(() => AwsSecretStore.Open(new AwsSecretSettings("eu-central-1") { StsEndpoint = new Uri(url), AllowPlainHttp = allowed }, identity, TimeProvider.System));
        Assert.Equal(SecretFailureKind.Invalid, error.Failure);
        Assert.Contains("https", error.Message);
    }

    [Fact]
    public async Task Reads_over_plain_http_on_loopback_when_that_is_allowed()
    {
        await using var place = await AwsPlace.StartAsync(_ => null);
        place.Aws.Vault.Put(AwsPlace.SecretName, "value");
        Assert.Throws<SecretStoreException>(() => place.Open());
        Assert.IsType<SecretReadResult.Found>(await place.Open(settings => settings with { AllowPlainHttp = true }).ReadAsync(AwsPlace.Read(), CancellationToken.None));
    }

    [Fact]
    public async Task Refuses_an_unknown_authority()
    {
        using var other = new TestCertificateAuthority("Another Root");
        await using var place = await AwsPlace.StartAsync(_ => other.ServerCertificate());
        Assert.Contains("no trusted authority signed", await RefusalAsync(place));
        Assert.Contains("no trusted authority signed", await RefusalAsync(place, settings => settings with { CaFile = null }));
    }

    [Fact]
    public async Task Refuses_an_expired_certificate()
    {
        await using var place = await AwsPlace.StartAsync(authority => authority.ExpiredServerCertificate());
        Assert.Contains("time is over", await RefusalAsync(place));
    }

    [Fact]
    public async Task Refuses_the_certificate_of_another_host()
    {
        await using var place = await AwsPlace.StartAsync(authority => authority.ServerCertificate("secrets.example"));
        Assert.Contains("for another host", await RefusalAsync(place));
    }

    [Fact]
    public async Task Refuses_a_ca_file_without_certificates()
    {
        await using var place = await AwsPlace.StartAsync();
        var empty = Path.Combine(Path.GetDirectoryName(place.Settings.CaFile)!, "empty.pem");
        await File.WriteAllTextAsync(empty, "nothing");
        Assert.Contains(empty, Assert.Throws<SecretStoreException>(() => place.Open(settings => settings with { CaFile = empty })).Message);
        Assert.Throws<SecretStoreException>(() => place.Open(settings => settings with { CaFile = empty + ".missing" }));
    }

    [Fact]
    public async Task Does_not_follow_a_redirect()
    {
        await using var target = await AwsPlace.StartAsync();
        using var authority = new TestCertificateAuthority();
        await using var redirecting = await TestKit.Http.LoopbackServer.StartAsync(
            context =>
            {
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = target.Aws.Url.ToString();
                return Task.CompletedTask;
            },
            authority.ServerCertificate());
        var root = authority.WriteRoot(Path.GetDirectoryName(target.Settings.CaFile)!);
        Assert.Contains("proxy", await RefusalAsync(target, settings => settings with { Endpoint = redirecting.Url, StsEndpoint = redirecting.Url, CaFile = root }));
        Assert.Empty(target.Aws.Calls);
    }

    [Fact]
    public async Task Says_that_a_field_is_missing_through_the_fields_that_are_there()
    {
        await using var place = await AwsPlace.StartAsync();
        place.Aws.Vault.Put(AwsPlace.SecretName, """{"username":"maria"}""");
        var found = Assert.IsType<SecretReadResult.Found>(await place.Open().ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Equal(["username"], found.Material.Fields.Keys);
    }

    private static async Task<string> RefusalAsync(AwsPlace place, Func<AwsSecretSettings, AwsSecretSettings>? change = null)
    {
        var failed = Assert.IsType<SecretReadResult.Failed>(await place.Open(change).ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Equal(SecretFailureKind.Unavailable, failed.Kind);
        return failed.Message;
    }
}
