using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsExaminationTests : IAsyncLifetime
{
    private AwsPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await AwsPlace.StartAsync();
        _place.Aws.Vault.Put(AwsPlace.SecretName, "value");
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Finds_nothing_wrong_with_a_set_up_as_it_should_be()
    {
        var findings = await FindingsAsync(_place.Open());
        Assert.All(findings, finding => Assert.Equal(StoreFindingSeverity.Good, finding.Severity));
        Assert.Equal(["aws identity", "aws own rights", "aws session", "aws least privilege", "aws secret crm/read"], findings.Select(finding => finding.Check));
        Assert.Contains("user/agentruntime", findings[0].Message);
    }

    [Fact]
    public async Task Reads_no_value_in_its_probes()
    {
        await FindingsAsync(_place.Open(), []);
        Assert.All(_place.Aws.Calls.Where(call => call.Operation == "GetSecretValue"), call => Assert.NotNull(call.Error));
    }

    [Fact]
    public async Task Refuses_the_root_user()
    {
        _place.Aws.IdentityIsRoot = true;
        Assert.Equal(StoreFindingSeverity.Bad, (await FindingAsync("aws identity")).Severity);
    }

    [Fact]
    public async Task Warns_of_an_identity_that_reads_by_itself()
    {
        _place.Aws.IdentityMayRead = true;
        Assert.Equal(StoreFindingSeverity.Warning, (await FindingAsync("aws own rights")).Severity);
    }

    [Fact]
    public async Task Warns_of_reading_without_a_role()
    {
        _place.Aws.IdentityMayRead = true;
        var findings = await FindingsAsync(_place.Open(settings => settings with { Role = null }));
        Assert.Equal(StoreFindingSeverity.Warning, Assert.Single(findings, finding => finding.Check == "aws session").Severity);
        Assert.Equal(StoreFindingSeverity.Good, Assert.Single(findings, finding => finding.Check == "aws own rights").Severity);
    }

    [Fact]
    public async Task Finds_a_stand_in_that_does_not_keep_sessions_to_their_secret()
    {
        _place.Aws.IgnoresSessionPolicies = true;
        var finding = await FindingAsync("aws least privilege");
        Assert.Equal(StoreFindingSeverity.Bad, finding.Severity);
        Assert.NotNull(finding.Fix);
    }

    [Fact]
    public async Task Finds_a_role_that_cannot_be_assumed()
    {
        _place.Aws.ExternalId = "another";
        Assert.Contains("sts:TagSession", (await FindingAsync("aws session")).Fix);
    }

    [Fact]
    public async Task Finds_a_key_that_does_not_decrypt_and_a_secret_that_is_not_there()
    {
        _place.Aws.Vault.Find(AwsPlace.SecretName)!.KeyIsDisabled = true;
        var findings = await FindingsAsync(_place.Open(), [AwsPlace.Credential, CredentialName.Parse("mail/send")]);
        Assert.Contains("KMS", Assert.Single(findings, finding => finding.Check == "aws secret crm/read").Message);
        var missing = Assert.Single(findings, finding => finding.Check == "aws secret mail/send");
        Assert.Equal(StoreFindingSeverity.Warning, missing.Severity);
        Assert.Contains("credentials set mail/send", missing.Fix);
    }

    [Fact]
    public async Task Ends_every_check_of_a_place_that_never_answers()
    {
        var store = _place.Open(settings => settings with { Timeout = TimeSpan.FromMilliseconds(100) });
        await using (_place.Aws.Faults.Hold())
        {
            Assert.All(await FindingsAsync(store), finding => Assert.Equal(StoreFindingSeverity.Bad, finding.Severity));
        }
    }

    [Fact]
    public async Task Finds_a_certificate_that_is_not_trusted()
    {
        await using var place = await AwsPlace.StartAsync(authority => authority.ExpiredServerCertificate());
        Assert.All(await FindingsAsync(place.Open()), finding => Assert.Contains("certificate", finding.Message));
    }

    private static async Task<List<StoreFinding>> FindingsAsync(AwsSecretStore store, IReadOnlyCollection<CredentialName>? known = null) =>
        await store.ExamineAsync(known ?? [AwsPlace.Credential], CancellationToken.None).ToListAsync();

    private async Task<StoreFinding> FindingAsync(string check) => Assert.Single(await FindingsAsync(_place.Open()), finding => finding.Check == check);
}
