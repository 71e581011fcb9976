using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Names;

namespace AgentRuntime.Core.Tests.Audit.Reconciliation;

public sealed class AzureLogReaderTests
{
    private static readonly AzureLogOptions Options = new()
    {
        Prefix = "ar-",
        CredentialOf = static name => name.StartsWith("ar-", StringComparison.Ordinal) ? CredentialName.Parse(name[3..].Replace("--", "/", StringComparison.Ordinal)) : null,
    };

    [Fact]
    public async Task A_read_carries_the_correlation_id_and_who()
    {
        var read = Assert.Single(await new AzureLogReader(Options).ReadAsync($$"""{ "records": [ {{Record("https://ours.vault.azure.net/secrets/ar-crm--read/0123")}}, {{Record("https://ours.vault.azure.net/secrets/ar-crm--read", operation: "SecretSet")}} ] }"""));

        Assert.Equal("crm/read", read.Credential.ToString());
        Assert.Equal("0b8f3a52-0000-8000-8000-000000000001", read.CorrelationId);
        Assert.Equal(("8a1f0f6e-app", "203.0.113.9"), (read.Actor, read.Address));
        Assert.Equal("https://ours.vault.azure.net/secrets/ar-crm--read/0123", read.Path);
        Assert.Null(read.RequestId);
    }

    [Theory]
    [InlineData("200", "OK", StoreReadOutcome.Read)]
    [InlineData("401", "OK", StoreReadOutcome.Refused)]
    [InlineData("403", "Forbidden", StoreReadOutcome.Refused)]
    [InlineData("404", "Not Found", StoreReadOutcome.Nothing)]
    [InlineData("null", "OK", StoreReadOutcome.Read)]
    [InlineData("null", "Forbidden", StoreReadOutcome.Refused)]
    public async Task The_status_says_whether_a_value_left(string status, string signature, StoreReadOutcome outcome) =>
        Assert.Equal(outcome, Assert.Single(await new AzureLogReader(Options).ReadAsync(Record("https://ours.vault.azure.net/secrets/ar-crm--read", status: status, signature: signature))).Outcome);

    [Theory]
    [InlineData("https://ours.vault.azure.net/secrets/other", false)]
    [InlineData("https://ours.vault.azure.net/keys/ar-crm--read", false)]
    [InlineData("not an address", false)]
    [InlineData("https://theirs.vault.azure.net/secrets/ar-crm--read", false)]
    [InlineData("https://OURS.vault.azure.net/secrets/ar-crm--read?api-version=7.5", true)]
    public async Task Only_secrets_of_the_one_vault_are_ours(string id, bool isOurs) =>
        Assert.Equal(isOurs, (await new AzureLogReader(Options with { Host = "ours.vault.azure.net" }).ReadAsync(Record(id))).Count == 1);

    [Theory]
    [InlineData("8A1F0F6E-APP", true)]
    [InlineData("object", true)]
    [InlineData("other", false)]
    public async Task An_identity_is_the_runtimes_own_by_its_application_or_object_id(string id, bool isOfRuntime) =>
        Assert.Equal(isOfRuntime, Assert.Single(await new AzureLogReader(Options with { RuntimeIdentities = [id] }).ReadAsync(Record("https://ours.vault.azure.net/secrets/ar-crm--read"))).IsOfRuntime);

    [Fact]
    public async Task Other_secrets_are_judged_only_when_they_are_named()
    {
        var reader = new AzureLogReader(new AzureLogOptions { Names = ["db-main"] });

        var reads = await reader.ReadAsync(string.Join('\n', new[] { "agentruntime-crm--read", "DB-main", "other" }.Select(name => Record($"https://ours.vault.azure.net/secrets/{name}"))));

        Assert.Equal(["/secrets/agentruntime-crm--read", "/secrets/DB-main"], reads.Select(read => new Uri(read.Path).AbsolutePath));
        Assert.All(reads, read => Assert.Null(read.Credential));
    }

    [Theory]
    [InlineData("{\"records\":[{\"hush\":1}]}")]
    [InlineData("{\"operationName\":\"SecretGet\",\"category\":\"AuditEvent\",\"time\":\"hush\"}\n")]
    public async Task What_is_no_diagnostic_log_is_a_named_error_that_quotes_nothing(string text)
    {
        var error = await new AzureLogReader(Options).FailsAsync(text);

        Assert.Equal((StoreLogFault.WrongFormat, 1L), (error.Fault, error.Line));
        Assert.DoesNotContain("hush", error.ToString());
    }

    private static string Record(string id, string operation = "SecretGet", string status = "200", string signature = "OK") => $$$"""
        {"time":"2026-03-01T12:00:00.5Z","category":"AuditEvent","operationName":"{{{operation}}}","resultType":"Success","resultSignature":"{{{signature}}}","callerIpAddress":"203.0.113.9","correlationId":"0b8f3a52-0000-8000-8000-000000000001","identity":{"claim":{"appid":"8a1f0f6e-app","oid":"object"}},"properties":{"id":"{{{id}}}","clientInfo":"agentruntime","httpStatusCode":{{{status}}}}}
        """.Trim();
}
