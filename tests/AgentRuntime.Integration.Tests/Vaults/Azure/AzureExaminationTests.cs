using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

public sealed class AzureExaminationTests
{
    private static readonly string Name = AzureVault.NameOf(AzureVault.Credential);

    [Fact]
    public async Task Finds_nothing_wrong_with_a_least_identity()
    {
        await using var vault = await LeastAsync();
        var findings = await vault.Open().ExamineAsync("crm/read");
        Assert.All(findings, finding => Assert.True(finding.Severity == StoreFindingSeverity.Good, finding.ToString()));
        Assert.Equal(["key vault list", "key vault crm/read", "key vault recovery"], findings.Select(finding => finding.Check));
    }

    [Fact]
    public async Task Warns_of_an_identity_that_may_list()
    {
        await using var vault = await LeastAsync();
        vault.Fake.Service.Allowed.Add("list");
        Assert.Contains(await vault.Open().ExamineAsync("crm/read"), finding => finding is { Severity: StoreFindingSeverity.Warning, Check: "key vault list" } && finding.Message.Contains("wider than needed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warns_of_an_identity_that_may_change_secrets_and_changes_nothing()
    {
        await using var vault = await LeastAsync();
        vault.Fake.Service.Allowed.Add("set");
        var findings = await vault.Open().ExamineAsync("crm/read");
        Assert.Equal(["key vault change crm/read", "key vault change"], findings.Where(finding => finding.Severity == StoreFindingSeverity.Warning).Select(finding => finding.Check));
        Assert.Equal("value", vault.Fake.Secrets.Peek(Name)!.Value.Value);
        Assert.Null(vault.Fake.Secrets.Peek("agentruntime-doctor-probe"));
    }

    [Fact]
    public async Task Warns_of_a_secret_that_this_identity_alone_may_change()
    {
        await using var vault = await LeastAsync();
        vault.Fake.Service.Allowed.Add("set");
        vault.Fake.Service.Deny("set", "agentruntime-doctor-probe");
        Assert.Equal(["key vault change crm/read"], (await vault.Open().ExamineAsync("crm/read")).Where(finding => finding.Severity == StoreFindingSeverity.Warning).Select(finding => finding.Check));
    }

    [Fact]
    public async Task Tells_what_cannot_be_read_one_by_one()
    {
        await using var vault = await LeastAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(CredentialName.Parse("crm/write")), "value");
        vault.Fake.Service.Deny("get", AzureVault.NameOf(CredentialName.Parse("crm/write")));
        var findings = await vault.Open().ExamineAsync("crm/read", "crm/write", "no/such");
        Assert.Equal(StoreFindingSeverity.Good, findings.Single(finding => finding.Check == "key vault crm/read").Severity);
        Assert.Equal(StoreFindingSeverity.Bad, findings.Single(finding => finding.Check == "key vault crm/write").Severity);
        Assert.Equal(StoreFindingSeverity.Warning, findings.Single(finding => finding.Check == "key vault no/such").Severity);
    }

    [Theory]
    [InlineData("Purgeable", "soft delete is off")]
    [InlineData("Recoverable+Purgeable", "purge protection is off")]
    public async Task Warns_of_a_vault_without_recovery(string level, string message)
    {
        await using var vault = await LeastAsync();
        vault.Fake.Secrets.RecoveryLevel = level;
        Assert.Contains(message, (await vault.Open().ExamineAsync("crm/read")).Single(finding => finding.Check == "key vault recovery").Message);
    }

    [Fact]
    public async Task Ends_early_when_the_vault_cannot_be_reached_or_the_identity_gets_no_token()
    {
        await using var vault = await LeastAsync();
        vault.Fake.Service.IsUnavailable = true;
        Assert.Equal(StoreFindingSeverity.Bad, Assert.Single(await vault.Open().ExamineAsync("crm/read")).Severity);
        vault.Fake.Service.IsUnavailable = false;
        var findings = await vault.Open(vault.Settings(vault.Workload(isKnown: false))).ExamineAsync("crm/read");
        Assert.Contains(findings, finding => finding.Severity == StoreFindingSeverity.Bad && finding.Message.Contains("AADSTS70021", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, finding => finding.Severity == StoreFindingSeverity.Good);
    }

    [Fact]
    public async Task Warns_of_a_token_file_that_others_can_read()
    {
        await using var vault = await LeastAsync();
        var settings = vault.Settings();
        AzureVault.SetMode(Path.Combine(vault.Folder, "token.jwt"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal("key vault token file", (await vault.Open(settings).ExamineAsync("crm/read")).First(finding => finding.Severity == StoreFindingSeverity.Warning).Check);
    }

    private static async Task<AzureVault> LeastAsync()
    {
        var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, "value");
        vault.Fake.Service.Allowed.RemoveWhere(action => action != "get");
        return vault;
    }
}
