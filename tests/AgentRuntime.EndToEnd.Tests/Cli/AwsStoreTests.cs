using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Aws;
using AgentRuntime.TestKit.Cli;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.TestKit.Samples;
using AgentRuntime.TestKit.Tls;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>The real command on AWS Secrets Manager, from an empty account to a governed run.</summary>
public sealed class AwsStoreTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly TestCertificateAuthority _authority = new();
    private readonly string _key = SampleKeys.NewText();
    private FakeSecretsManager _aws = null!;
    private SampleServer _crm = null!;

    public async ValueTask InitializeAsync()
    {
        _aws = await FakeSecretsManager.StartAsync(_authority.ServerCertificate());
        _crm = await SampleServer.StartAsync("crm", new Dictionary<string, JsonNode> { ["read"] = _key, ["write"] = SampleKeys.NewText() }, TestContext.Current.CancellationToken);
        (await _folder.Command.RunAsync("init")).Exits(0);
        _authority.WriteRoot(_folder.Workspace);
        _folder.Write("agentruntime.json", $$"""
            { "secrets": { "store": "aws", "aws": { "region": "eu-central-1", "endpoint": "{{_aws.Url}}", "sts_endpoint": "{{_aws.Url}}", "ca_file": "ca.pem", "role_arn": "{{FakeSecretsManager.RoleArn}}" } } }
            """);
        LookupFiles.Write(_folder, _crm.Port);
        WriteProfile(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public async ValueTask DisposeAsync()
    {
        await _crm.DisposeAsync();
        await _aws.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_nothing_to_a_governed_run_that_the_log_of_AWS_explains()
    {
        List<CliResult> said =
        [
            (await _folder.Command.RunWithAsync(_key + "\n", "credentials", "set", "crm/read")).Exits(0),
            (await _folder.Command.RunAsync("credentials", "versions", "crm/read")).Exits(0),
            (await _folder.Command.RunAsync("doctor", "--json")).Exits(0),
            (await _folder.Command.RunAsync("run", "lookup")).Exits(0),
            (await _folder.Command.RunAsync("audit", "export")).Exits(0),
        ];
        Assert.Equal(_key, _aws.Vault.Find("agentruntime/crm/read")!.Versions[^1].Text);

        var outcome = said[^1].JsonLines().Last(entry => entry.GetProperty("phase").GetString() == "outcome");
        var run = outcome.GetProperty("run_id").GetString();
        var read = Assert.Single(_aws.Calls, call => call.RequestId == Text(outcome, "store_request_id"));
        Assert.Equal(("GetSecretValue", "agentruntime/crm/read", $"{run}@find"), (read.Operation, read.Secret, read.Session));
        Assert.Equal(read.Session, Text(outcome, "token_accessor"));
        Assert.Equal(run, Assert.Single(_aws.Sessions, session => session.Name == read.Session).Tags["run"]);

        // Every value, and every key that opens one. The profile is where the user keeps its key.
        var detector = new LeakDetector([("value", _key), ("identity", _aws.SecretKey), .. _aws.Sessions.SelectMany(session => new[] { ("session key", session.SecretKey), ("session token", session.Token) })]);
        Assert.Empty(detector.SearchTree(_folder.Root, path => !path.EndsWith(Path.Combine(".aws", "credentials"), StringComparison.Ordinal)).Leaks);
        Assert.All(said, one => Assert.Empty(detector.Search(one.Output + one.Errors)));
    }

    [Fact]
    public async Task A_key_in_the_environment_is_refused()
    {
        var command = _folder.Command with { Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ACCESS_KEY_ID"] = _aws.AccessKeyId, ["AWS_SECRET_ACCESS_KEY"] = _aws.SecretKey } };
        var result = await command.RunAsync("credentials", "versions", "crm/read");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("allow_environment_credentials", result.Errors);
        Assert.DoesNotContain(_aws.SecretKey, result.Output + result.Errors);
        Assert.Empty(_aws.Calls);
    }

    [Fact]
    public async Task A_profile_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        WriteProfile(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var result = await _folder.Command.RunAsync("credentials", "versions", "crm/read");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("chmod 600", result.Errors);
        Assert.Empty(_aws.Calls);
    }

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();

    private void WriteProfile(UnixFileMode mode)
    {
        var folder = Path.Combine(_folder.Home, ".aws");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "credentials");
        File.WriteAllText(file, $"[default]\naws_access_key_id = {_aws.AccessKeyId}\naws_secret_access_key = {_aws.SecretKey}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }
    }
}
