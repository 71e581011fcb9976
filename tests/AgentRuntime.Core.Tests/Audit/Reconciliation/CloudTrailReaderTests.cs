using AgentRuntime.Audit.Reconciliation;

namespace AgentRuntime.Core.Tests.Audit.Reconciliation;

public sealed class CloudTrailReaderTests
{
    private const string Arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:";

    [Theory]
    [InlineData("agentruntime/crm/read", "crm/read")]
    [InlineData(Arn + "agentruntime/crm/read-Ab12Cd", "crm/read")]
    [InlineData(Arn + "agentruntime/crm/read", "crm/read")]
    [InlineData("agentruntime/crm/read-abcdef", "crm/read-abcdef")]
    [InlineData("other/crm/read", null)]
    [InlineData(Arn + "other/crm/read-Ab12Cd", null)]
    public async Task A_secret_is_named_by_its_name_or_by_its_arn(string secretId, string? credential)
    {
        var reads = await new CloudTrailReader(new CloudTrailOptions()).ReadAsync(Event(secretId));

        Assert.Equal(credential, reads.SingleOrDefault()?.Credential?.ToString());
    }

    [Fact]
    public async Task A_read_carries_the_session_and_from_where()
    {
        var read = Assert.Single(await new CloudTrailReader(new CloudTrailOptions()).ReadAsync($$"""{"Records":[{{Event("agentruntime/crm/read")}}, {{Event("agentruntime/crm/read", name: "DescribeSecret")}}]}"""));

        Assert.Equal("run_1-find", read.Session);
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/agentruntime-step/run_1-find", read.Actor);
        Assert.Equal(("198.51.100.7", "5a3b0b6e-0001", TimeSpan.FromSeconds(1)), (read.Address, read.RequestId, read.Precision));
    }

    [Theory]
    [InlineData("", StoreReadOutcome.Read)]
    [InlineData(""", "errorCode":"AccessDenied" """, StoreReadOutcome.Refused)]
    [InlineData(""", "errorCode":"ResourceNotFoundException" """, StoreReadOutcome.Nothing)]
    public async Task An_error_code_means_that_no_value_left(string more, StoreReadOutcome outcome) =>
        Assert.Equal(outcome, Assert.Single(await new CloudTrailReader(new CloudTrailOptions()).ReadAsync(Event("agentruntime/crm/read", more: more))).Outcome);

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/agentruntime-step", "agentruntime-check", true)]
    [InlineData("arn:aws:iam::111122223333:role/agentruntime-step", "run_1@find", false)]
    [InlineData("arn:aws:iam::111122223333:role/Admin", "agentruntime-check", false)]
    public async Task A_session_is_the_runtimes_own_by_its_role_and_only_when_it_names_no_run(string role, string session, bool isOfRuntime)
    {
        var reader = new CloudTrailReader(new CloudTrailOptions { RuntimeIdentities = ["arn:aws:iam::111122223333:role/agentruntime-step"] });
        var text = Event("agentruntime/crm/read").Replace("run_1-find", session, StringComparison.Ordinal).Replace("\"accountId\"", $"\"sessionContext\":{{\"sessionIssuer\":{{\"arn\":\"{role}\"}}}},\"accountId\"", StringComparison.Ordinal);

        Assert.Equal(isOfRuntime, Assert.Single(await reader.ReadAsync(text)).IsOfRuntime);
    }

    [Fact]
    public async Task Other_secrets_are_judged_only_when_they_are_named()
    {
        Assert.Empty(await new CloudTrailReader(new CloudTrailOptions()).ReadAsync(Event("db/main")));
        Assert.Equal("db/main", Assert.Single(await new CloudTrailReader(new CloudTrailOptions { Names = ["db/main"] }).ReadAsync(Event(Arn + "db/main-Ab12Cd"))).Path);
    }

    [Fact]
    public async Task The_log_of_another_service_counts_for_the_time_that_is_covered()
    {
        var reader = new CloudTrailReader(new CloudTrailOptions());

        Assert.Empty(await reader.ReadAsync("""{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-03-01T12:00:00Z"}"""));

        Assert.Equal(1, reader.Extent.Entries);
    }

    [Theory]
    [InlineData("{\"Records\":[{\"hush\":1}]}")]
    [InlineData("{\"Events\":[{\"hush\":1}]}")]
    [InlineData("{\"eventSource\":\"s3\",\"eventName\":\"x\",\"eventTime\":\"hush\"}\n")]
    public async Task What_is_no_trail_is_a_named_error_that_quotes_nothing(string text)
    {
        var error = await new CloudTrailReader(new CloudTrailOptions()).FailsAsync(text);

        Assert.Equal((StoreLogFault.WrongFormat, 1L), (error.Fault, error.Line));
        Assert.DoesNotContain("hush", error.ToString());
    }

    private static string Event(string secretId, string name = "GetSecretValue", string more = "") => $$"""
        {"eventVersion":"1.10","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/agentruntime-step/run_1-find","accountId":"111122223333"},"eventTime":"2026-03-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"{{name}}","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","requestParameters":{"secretId":"{{secretId}}","versionStage":"AWSCURRENT"},"responseElements":null,"requestID":"5a3b0b6e-0001","eventID":"e-1","readOnly":true{{more}}}
        """.Trim();
}
