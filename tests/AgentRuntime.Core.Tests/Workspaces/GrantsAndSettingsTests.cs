using System.Text;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed class GrantsAndSettingsTests
{
    private static readonly string Root = Path.GetFullPath("/ws");

    [Fact]
    public void Reads_grants()
    {
        var grants = Grants("""{"grants":[{"workflow":"w","server":"crm","scopes":["read","write"],"budget":{"uses_per_run":5,"uses_per_hour":100}},{"workflow":"v","server":"crm","scopes":["read"],"description":"why"},]}""").Value!;
        Assert.Equal(new Budget(5, 100), grants.Find(new WorkflowName("w"), new ServerName("crm"), new ScopeName("write"))!.Budget);
        Assert.Null(grants.Find(new WorkflowName("v"), new ServerName("crm"), new ScopeName("write")));
    }

    [Theory]
    [InlineData("""{"grants":[{"workflow":"ww","server":"crm","scopes":["read"]}]}""", "/grants/0/workflow", ProblemCodes.UnknownWorkflow)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crn","scopes":["read"]}]}""", "/grants/0/server", ProblemCodes.UnknownServer)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":["reed"]}]}""", "/grants/0/scopes/0", ProblemCodes.UnknownScope)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":["read","read"]}]}""", "/grants/0/scopes/1", ProblemCodes.DuplicateGrant)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":["read"]},{"workflow":"w","server":"crm","scopes":["write","read"]}]}""", "/grants/1/scopes/1", ProblemCodes.DuplicateGrant)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":[]}]}""", "/grants/0/scopes", ProblemCodes.OutOfRange)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm"}]}""", "/grants/0", ProblemCodes.MissingMember)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":["read"],"budget":{"uses_per_run":0}}]}""", "/grants/0/budget/uses_per_run", ProblemCodes.OutOfRange)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":["read"],"budget":{}}]}""", "/grants/0/budget", ProblemCodes.MissingMember)]
    [InlineData("""{"grants":[{"workflow":"*","server":"crm","scopes":["read"]}]}""", "/grants/0/workflow", ProblemCodes.BadName)]
    [InlineData("""{"grants":[{"workflow":"w","server":"crm","scopes":["read"],"scope":"x"}]}""", "/grants/0/scope", ProblemCodes.UnknownMember)]
    [InlineData("""{"grants":[7]}""", "/grants/0", ProblemCodes.WrongType)]
    [InlineData("""{}""", "", ProblemCodes.MissingMember)]
    public void Refuses_bad_grants(string json, string pointer, string code)
    {
        var result = Grants(json);
        Assert.Contains(result.Problems, problem => problem.Pointer == pointer && problem.Code == code);
        Assert.Null(result.Value);
    }

    [Fact]
    public void Reads_settings_and_makes_paths_absolute()
    {
        var settings = Settings("""
            { "$schema": "x",
              "secrets": { "store": "embedded", "embedded": { "path": "state/secrets.db", "master_key": { "source": "file", "path": "../keys/k" } } },
              "storage": { "provider": "sqlite", "path": "state/runs.db" },
              "limits": { "max_result_bytes": 4096, "max_parallel_steps": 2, "default_step_timeout_s": 1.5, "idle_session_s": 0, "max_request_bytes": 2048 },
              "telemetry": { "otlp_endpoint": "http://collector.example:4318" } }
            """).Value!;
        Assert.Equal(Path.Combine(Root, "state", "secrets.db"), settings.Secrets.Embedded.Path);
        Assert.Equal(new MasterKeySource.File(Path.GetFullPath("/keys/k")), settings.Secrets.Embedded.MasterKey);
        Assert.Equal(Path.Combine(Root, "state", "runs.db"), settings.Storage.Path);
        Assert.Equal(new LimitSettings { MaxResultBytes = 4096, MaxRequestBytes = 2048, MaxParallelSteps = 2, DefaultStepTimeout = TimeSpan.FromSeconds(1.5), IdleSession = TimeSpan.Zero }, settings.Limits);
        Assert.Equal(new Uri("http://collector.example:4318"), settings.Telemetry.OtlpEndpoint);
    }

    [Fact]
    public void Reads_the_settings_of_aws()
    {
        var aws = Settings("""
            { "secrets": { "store": "aws", "aws": {
                "region": "eu-central-1", "endpoint": "https://vpce.example:8443", "sts_endpoint": "http://127.0.0.1:5000", "ca_file": "../ca.pem", "prefix": "team/agents",
                "role_arn": "arn:aws-cn:iam::123456789012:role/path/steps", "external_id": "x1", "session": "run", "profile": "ops", "timeout_s": 2.5,
                "allow_plain_http": true, "allow_environment_credentials": true } } }
            """).Value!.Secrets.Aws!;
        Assert.True(AwsRoleArn.TryParse("arn:aws-cn:iam::123456789012:role/path/steps", out var role));
        Assert.Equal(("aws-cn", "123456789012"), (role.Partition, role.Account));
        Assert.Equal(
            new AwsSecretSettings("eu-central-1")
            {
                Endpoint = new Uri("https://vpce.example:8443"),
                StsEndpoint = new Uri("http://127.0.0.1:5000"),
                CaFile = Path.GetFullPath("/ca.pem"),
                Prefix = "team/agents",
                Role = role,
                ExternalId = "x1",
                Session = AwsSessionUse.Run,
                Profile = "ops",
                Timeout = TimeSpan.FromSeconds(2.5),
                AllowPlainHttp = true,
                AllowEnvironmentCredentials = true,
            },
            aws);
    }

    [Fact]
    public void An_empty_file_means_the_defaults() => Assert.Equal(WorkspaceSettings.Default(Root), Settings("{}").Value);

    [Theory]
    [InlineData("""{"secrets":{"store":"vault"}}""", "/secrets", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"store":"embeded"}}""", "/secrets/store", ProblemCodes.UnknownValue)]
    [InlineData("""{"secrets":{"store":"aws"}}""", "/secrets", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"aws":{}}}""", "/secrets/aws", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","endpoint":"http://127.0.0.1:5000"}}}""", "/secrets/aws/endpoint", ProblemCodes.InsecureUrl)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","endpoint":"http://secrets.example","allow_plain_http":true}}}""", "/secrets/aws/endpoint", ProblemCodes.InsecureUrl)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","endpoint":"https://a:b@secrets.example"}}}""", "/secrets/aws/endpoint", ProblemCodes.UrlCredential)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","endpoint":"https://secrets.example/path"}}}""", "/secrets/aws/endpoint", ProblemCodes.BadUrl)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1/x"}}}""", "/secrets/aws/region", ProblemCodes.BadName)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","prefix":"a/../b"}}}""", "/secrets/aws/prefix", ProblemCodes.BadName)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","prefix":"a/"}}}""", "/secrets/aws/prefix", ProblemCodes.BadName)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","role_arn":"steps"}}}""", "/secrets/aws/role_arn", ProblemCodes.BadName)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","session":"run"}}}""", "/secrets/aws/session", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"aws":{"region":"eu-central-1","secret_key":"x"}}}""", "/secrets/aws/secret_key", ProblemCodes.UnknownMember)]
    [InlineData("""{"secrets":{"vault":{}}}""", "/secrets/vault", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"embedded":{"master_key":{"source":"vault_transit"}}}}""", "/secrets", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"embedded":{"master_key":{"source":"keyring"}}}}""", "/secrets/embedded/master_key/source", ProblemCodes.NotAvailableYet)]
    [InlineData("""{"secrets":{"embedded":{"master_key":{"source":"file"}}}}""", "/secrets/embedded/master_key", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"embedded":{"master_key":{"source":"passphrase","passphrase":"x"}}}}""", "/secrets/embedded/master_key/passphrase", ProblemCodes.UnknownMember)]
    [InlineData("""{"secrets":{"embedded":{"path":"../s.db"}}}""", "/secrets/embedded/path", ProblemCodes.BadPath)]
    [InlineData("""{"storage":{"path":"/var/runs.db"}}""", "/storage/path", ProblemCodes.BadPath)]
    [InlineData("""{"storage":{"path":"C:\\runs.db"}}""", "/storage/path", ProblemCodes.BadPath)]
    [InlineData("""{"storage":{"path":"$HOME/runs.db"}}""", "/storage/path", ProblemCodes.BadPath)]
    [InlineData("""{"storage":{"provider":"postgres"}}""", "/storage/provider", ProblemCodes.NotAvailableYet)]
    [InlineData("""{"limits":{"max_parallel_steps":0}}""", "/limits/max_parallel_steps", ProblemCodes.OutOfRange)]
    [InlineData("""{"limits":{"max_paralel_steps":1}}""", "/limits/max_paralel_steps", ProblemCodes.UnknownMember)]
    [InlineData("""{"telemetry":{"otlp_endpoint":"collector"}}""", "/telemetry/otlp_endpoint", ProblemCodes.BadUrl)]
    [InlineData("""{"telemetry":{"otlp_endpoint":"https://u:p@collector.example"}}""", "/telemetry/otlp_endpoint", ProblemCodes.UrlCredential)]
    [InlineData("""[]""", "", ProblemCodes.WrongType)]
    public void Refuses_bad_settings(string json, string pointer, string code) =>
        Assert.Contains(Settings(json).Problems, problem => problem.Pointer == pointer && problem.Code == code);

    private static Checked<WorkspaceSettings> Settings(string json) => SettingsParser.Parse("agentruntime.json", Encoding.UTF8.GetBytes(json), Root);

    private static Checked<GrantSet> Grants(string json)
    {
        var crm = ServerManifestParser.Parse("servers/crm.json", """{"name":"crm","transport":{"type":"http","url":"https://x.example/"},"credentials":{"read":{"type":"bearer"},"write":{"type":"bearer"}},"tools":{}}"""u8.ToArray(), Root);
        return GrantsParser.Parse("grants.json", Encoding.UTF8.GetBytes(json), new GrantTargets(new HashSet<string> { "w", "v" }, new Dictionary<string, ServerManifest?> { ["crm"] = crm.Value }));
    }
}
