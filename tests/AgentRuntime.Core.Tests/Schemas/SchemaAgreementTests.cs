using System.Text;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;
using NJsonSchema;

namespace AgentRuntime.Core.Tests.Schemas;

/// <summary>The published schemas and the parsers say the same about the structure of a document.</summary>
public sealed class SchemaAgreementTests
{
    private static readonly string Root = Path.GetFullPath("/ws");

    public static TheoryData<string, bool> Settings => new()
    {
        { "{}", true },
        { """{"$schema":"x","secrets":{"store":"embedded","embedded":{"path":".agentruntime/secrets.db","master_key":{"source":"user_file"} } },"storage":{"provider":"sqlite","path":"a/b.db"},"limits":{"max_result_bytes":8388608,"max_parallel_steps":16},"telemetry":{"otlp_endpoint":null} }""", true },
        { """{"secrets":{"embedded":{"master_key":{"source":"file","path":"../k"} } } }""", true },
        { """{"secrets":{"embedded":{"master_key":{"source":"passphrase"} } } }""", true },
        { """{"secrets":null,"limits":null}""", true },
        { """{"limits":{"default_step_timeout_s":1.5,"idle_session_s":0} }""", true },
        { """{"telemetry":{"otlp_endpoint":"http://c.example:4318"} }""", true },
        { Aws("""{"region":"eu-central-1"}"""), true },
        { Aws("""{"region":"us-gov-west-1","endpoint":"https://vpce-1.example:8443","sts_endpoint":"https://sts.example/","ca_file":"../ca.pem","prefix":"team/agents","role_arn":"arn:aws:iam::123456789012:role/a/steps","external_id":"a:b","session":"run","profile":"ops team","timeout_s":2.5,"allow_plain_http":true,"allow_environment_credentials":false}"""), true },
        { Aws("""{"region":"eu-central-1","endpoint":"http://127.0.0.1:5000","sts_endpoint":"http://localhost:5000/","allow_plain_http":true,"prefix":null,"session":null}"""), true },
        { Aws("{}"), false },
        { Aws("""{"region":"Frankfurt"}"""), false },
        { Aws("""{"region":"eu-central-1","endpoint":"http://secrets.example"}"""), false },
        { Aws("""{"region":"eu-central-1","endpoint":"secrets.example"}"""), false },
        { Aws("""{"region":"eu-central-1","prefix":"a//b"}"""), false },
        { Aws("""{"region":"eu-central-1","prefix":"a/../b"}"""), false },
        { Aws("""{"region":"eu-central-1","prefix":"a/"}"""), false },
        { Aws("""{"region":"eu-central-1","prefix":"a%2Fb"}"""), false },
        { Aws("""{"region":"eu-central-1","prefix":"a\u0007"}"""), false },
        { Aws("""{"region":"eu-central-1","role_arn":"arn:aws:iam::123456789012:user/x"}"""), false },
        { Aws("""{"region":"eu-central-1","role_arn":"arn:aws:iam::1234:role/x"}"""), false },
        { Aws("""{"region":"eu-central-1","role_arn":"arn:aws:iam::123456789012:role/x","session":"hour"}"""), false },
        { Aws("""{"region":"eu-central-1","timeout_s":0}"""), false },
        { Aws("""{"region":"eu-central-1","access_key":"x"}"""), false },
        { """{"secrets":{"store":"aws"} }""", false },
        { Vault(), true },
        { Vault("""
            ,"allow_plain_http":false,"namespace":"team/a","ca_file":"../ca.pem","mount":"kv/team","kv_version":1,"prefix":"","transit":{"key":"k"},"database":{"db/read":{"role":"r"} },"timeout_s":0.5,
            "tokens":{"mode":"step","role":"r","ttl_s":5,"policy_prefix":"a-"}
            """), true },
        { Vault(auth: """{"method":"approle","role_id":"r","wrapped_secret_id_file":"/run/s"}"""), true },
        { Vault(auth: """{"method":"kubernetes","role":"r"}"""), true },
        { Vault(auth: """{"method":"jwt","token_file":"t"}"""), true },
        { Vault(auth: """{"method":"cert","cert_file":"c","key_file":"k"}"""), true },
        { Vault(auth: """{"method":"token_file","path":"/run/token"}"""), true },
        { """{"secrets":{"embedded":{"master_key":{"source":"vault_transit","key":"k"} },"vault":{"address":"https://v.example","auth":{"method":"token_file","path":"/t"} } } }""", true },
        { Vault(""","mount":"a//b" """), false },
        { Vault(""","mount":"a%2Fb" """), false },
        { Vault(""","mount":"../a" """), false },
        { Vault(""","prefix":"a/" """), false },
        { Vault(""","kv_version":3 """), false },
        { Vault(""","token":"x" """), false },
        { Vault(""","timeout_s":0 """), false },
        { Vault(""","tokens":{"mode":"root"} """), false },
        { Vault(""","tokens":{"policy_prefix":"Step-"} """), false },
        { Vault(""","transit":{} """), false },
        { Vault(""","database":{"db":{"role":"r"} } """), false },
        { Vault(auth: """{"method":"approle","role_id":"r"}"""), false },
        { Vault(auth: """{"method":"approle","role_id":"r","secret_id_file":"a","wrapped_secret_id_file":"b"}"""), false },
        { Vault(auth: """{"method":"approle","role_id":"r","secret_id":"x"}"""), false },
        { Vault(auth: """{"method":"userpass"}"""), false },
        { Vault(auth: "{}"), false },
        { Vault(address: "http://vault.example.com"), false },
        { Vault(address: "https://vault.example.com/v1"), false },
        { "[]", false },
        { """{"limit":{} }""", false },
        { """{"secrets":{"store":"vault"} }""", false },
        { """{"secrets":{"embedded":{"path":"../x"} } }""", false },
        { """{"secrets":{"embedded":{"path":"/x"} } }""", false },
        { """{"secrets":{"embedded":{"master_key":{"source":"file"} } } }""", false },
        { """{"secrets":{"embedded":{"master_key":{"source":"user_file","path":"x"} } } }""", false },
        { """{"secrets":{"embedded":{"master_key":{} } } }""", false },
        { """{"storage":{"provider":"postgres"} }""", false },
        { """{"limits":{"max_parallel_steps":0} }""", false },
        { """{"limits":{"max_parallel_steps":"2"} }""", false },
        { """{"limits":{"max_parallel_steps":1.5} }""", false },
        { """{"telemetry":{"otlp_endpoint":"c.example"} }""", false },
        { """{"telemetry":{"otlp_endpoint":7} }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"}} } }""", true },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity","client_id":"11111111-2222-3333-4444-555555555555"},"prefix":"","ca_file":"../ca.pem","timeout_s":2.5,"authority_host":"https://login.example/"} } }""", true },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"workload_identity","client_id":"11111111-2222-3333-4444-555555555555","tenant_id":"11111111-2222-3333-4444-555555555555","token_file":"/var/run/t"}} } }""", true },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"client_certificate","client_id":"11111111-2222-3333-4444-555555555555","tenant_id":"11111111-2222-3333-4444-555555555555","certificate_file":"../c.pem"}} } }""", true },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"client_certificate","client_id":"11111111-2222-3333-4444-555555555555","tenant_id":"11111111-2222-3333-4444-555555555555"}} } }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"client_secret","client_id":"11111111-2222-3333-4444-555555555555","tenant_id":"11111111-2222-3333-4444-555555555555"}} } }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity","token_file":"x"}} } }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity","client_id":"me"}} } }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"},"prefix":"Up"} } }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"},"timeout_s":0} } }""", false },
        { """{"secrets":{"store":"azure","azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"},"authority_host":"http://login.example"} } }""", false },
        { """{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net"} } }""", false },
        { """{"secrets":{"azure":{"vault_url":"http://my-vault.vault.azure.net","auth":{"type":"managed_identity"} } } }""", false },
        { """{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net/secrets","auth":{"type":"managed_identity"} } } }""", false },
        { """{"secrets":{"azure":{"vault_url":"https://example.com","auth":{"type":"managed_identity"} } } }""", false },
    };

    public static TheoryData<string, bool> Servers => new()
    {
        { Http("{}"), true },
        { Http("""{"s":{"type":"bearer"},"b":{"type":"basic"},"k":{"type":"api_key","header":"X-K","format":"T {value}"},"q":{"type":"api_key","query":"k"},"c":{"type":"custom_headers","headers":{"X-A":"{a}"} } }"""), true },
        { Http("""{"s":{"type":"bearer","shared":"google/workspace","description":"x"} }"""), true },
        { Stdio("""{"s":{"type":"api_key","env":"KEY"},"m":{"type":"api_key","env":{"A":"{a}"} },"a":{"type":"api_key","arg":"x={value}"} }"""), true },
        { """{"name":"crm","transport":{"type":"stdio","command":"node","args":["a"],"cwd":"../servers","env":{"A":"1"} },"tools":{"t":{"scope":null,"idempotent":true} } }""", true },
        { """{"name":"crm","transport":{"type":"http","url":"http://[::1]:1/x"},"credentials":null,"tools":{} }""", true },
        { Http("""{"s":{"type":"api_key","env":"KEY"} }"""), false },
        { Stdio("""{"s":{"type":"bearer"} }"""), false },
        { Stdio("""{"s":{"type":"api_key","header":"X"} }"""), false },
        { Http("""{"s":{"type":"api_key"} }"""), false },
        { Http("""{"s":{"type":"api_key","header":"X-A","query":"a"} }"""), false },
        { Http("""{"s":{"type":"api_key","header":"X A"} }"""), false },
        { Http("""{"s":{"type":"api_key","header":"X-A","format":"T"} }"""), false },
        { Http("""{"s":{"type":"api_key","header":"X-A","format":"{{value}}"} }"""), false },
        { Http("""{"s":{"type":"api_key","query":"a b"} }"""), false },
        { Http("""{"s":{"type":"custom_headers","headers":{} } }"""), false },
        { Http("""{"s":{"type":"custom_headers"} }"""), false },
        { Http("""{"s":{"type":"oauth2_client_credentials"} }"""), false },
        { Http("""{"s":{"type":"bearer","value":"x"} }"""), false },
        { Http("""{"s":{"type":"bearer","shared":"google"} }"""), false },
        { Http("""{"s s":{"type":"bearer"} }"""), false },
        { """{"name":"crm","transport":{"type":"http","url":"http://x.example/"},"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"http","url":"https://a:b@x.example/"},"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"http","url":"https://x.example/#a"},"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"http"},"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"sse","url":"https://x.example/"},"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"stdio","command":""},"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"stdio","command":"node","env":{"A":1} },"tools":{} }""", false },
        { """{"name":"crm","transport":{"type":"stdio","command":"node"} }""", false },
        { """{"name":"crm","transport":{"type":"stdio","command":"node"},"tools":{"t":{} } }""", false },
        { """{"name":"crm","transport":{"type":"stdio","command":"node"},"tools":{"t":{"scope":null,"x":1} } }""", false },
        { """{"name":"-crm","transport":{"type":"stdio","command":"node"},"tools":{} }""", false },
        { """{"transport":{"type":"stdio","command":"node"},"tools":{} }""", false },
    };

    public static TheoryData<string, bool> Grants => new()
    {
        { """{"grants":[]}""", true },
        { """{"$schema":"x","grants":[{"workflow":"w","server":"s","scopes":["a","b"],"budget":{"uses_per_run":5,"uses_per_hour":100} },{"workflow":"v","server":"s","scopes":["a"],"budget":null,"description":"x"}]}""", true },
        { "{}", false },
        { """{"grants":{} }""", false },
        { """{"grants":[{"workflow":"w","server":"s"}]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":[]}]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":["a","a"]}]}""", false },
        { """{"grants":[{"workflow":"*","server":"s","scopes":["a"]}]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":[1]}]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":["a"],"budget":{} }]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":["a"],"budget":{"uses_per_run":0} }]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":["a"],"budget":{"per_run":1} }]}""", false },
        { """{"grants":[{"workflow":"w","server":"s","scopes":["a"],"x":1}]}""", false },
    };

    public static TheoryData<string, bool> Workflows => new()
    {
        { Steps("""{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":{"q":"x"},"timeout_s":5,"retry":{"max_attempts":3,"backoff_s":0.2,"on":["timeout"]},"on_error":"continue","enabled":true,"condition":"{{input.x}}","idempotent":true,"output_schema":{"type":"object"} }"""), true },
        { Steps("""{"id":"a","type":"transform","expression":"input.x"},{"id":"b","type":"wait","seconds":1,"depends_on":["a"]},{"id":"c","type":"wait","until":"2026-01-01T09:00:00Z"}"""), true },
        { Steps("""{"id":"a","type":"for_each","for_each_items":"{{input.list}}","for_each_max_parallel":3,"for_each_error_policy":"fail_fast","for_each_body_steps":[{"id":"b","type":"wait","seconds":"{{item}}"}]}"""), true },
        { """{"name":"w","$schema":"x","description":"d","version":"1","tenant_id":1,"workflow_id":2,"params":{},"input_schema":{"type":"object"},"outputs":{"a":"{{input.x}}"},"steps":[{"id":"a","type":"wait","seconds":1,"retry_count":2,"condition":true}]}""", true },
        { """{"name":"w","clean_exceptions":[{"pointer":"/description","code":"environment_reference","reason":"A stock symbol."}],"description":"$AAPL","steps":[{"id":"a","type":"wait","seconds":1}]}""", true },
        { Steps("""{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_arg":{} }"""), false },
        { Steps("""{"id":"a","type":"mcp_call","server":"crm"}"""), false },
        { Steps("""{"id":"a","type":"mcp_call","server":"crm","tool_name":"find","tool_args":[]}"""), false },
        { Steps("""{"id":"a","type":"llm_call"}"""), false },
        { Steps("""{"id":"a","type":"wait"}"""), false },
        { Steps("""{"id":"a","type":"wait","seconds":1,"until":"2026-01-01T09:00:00Z"}"""), false },
        { Steps("""{"id":"a","type":"wait","seconds":-1}"""), false },
        { Steps("""{"id":"a","type":"wait","seconds":1,"retry":{} }"""), false },
        { Steps("""{"id":"a","type":"wait","seconds":1,"retry":{"max_attempts":0} }"""), false },
        { Steps("""{"id":"a","type":"wait","seconds":1,"on_error":"ignore"}"""), false },
        { Steps("""{"id":"a","type":"wait","seconds":1,"timeout_s":0}"""), false },
        { Steps("""{"id":"a b","type":"wait","seconds":1}"""), false },
        { Steps("""{"type":"wait","seconds":1}"""), false },
        { Steps("""{"id":"a","type":"for_each","for_each_items":[1],"for_each_body_steps":[]}"""), false },
        { Steps("""{"id":"a","type":"for_each","for_each_items":[1],"for_each_max_parallel":101,"for_each_body_steps":[{"id":"b","type":"wait","seconds":1}]}"""), false },
        { Steps(string.Empty), false },
        { """{"name":"w"}""", false },
        { """{"name":"w","steps":[{"id":"a","type":"wait","seconds":1}],"step":1}""", false },
    };

    [Theory]
    [MemberData(nameof(Workflows))]
    public Task Workflows_agree(string json, bool valid)
    {
        var crm = ServerManifestParser.Parse("servers/crm.json", """{"name":"crm","transport":{"type":"http","url":"https://x.example/mcp"},"tools":{"find":{"scope":null}}}"""u8.ToArray(), Root).Value!;
        var servers = new Dictionary<AgentRuntime.Names.ServerName, AgentRuntime.Credentials.ServerManifest> { [crm.Name] = crm };
        return Agree("workflow.v1.json", json, valid, WorkflowParser.Parse("workflows/w.json", Encoding.UTF8.GetBytes(json), servers).Problems);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public Task Settings_agree(string json, bool valid) =>
        Agree("settings.v1.json", json, valid, SettingsParser.Parse("agentruntime.json", Encoding.UTF8.GetBytes(json), Root).Problems);

    [Theory]
    [MemberData(nameof(Servers))]
    public Task Manifests_agree(string json, bool valid) =>
        Agree("server.v1.json", json, valid, ServerManifestParser.Parse("servers/crm.json", Encoding.UTF8.GetBytes(json), Root).Problems);

    [Theory]
    [MemberData(nameof(Grants))]
    public Task Grants_agree(string json, bool valid) =>
        Agree("grants.v1.json", json, valid, GrantsParser.Parse("grants.json", Encoding.UTF8.GetBytes(json)).Problems);

    private static string Steps(string steps) => $$"""{"name":"w","steps":[{{steps}}]}""";

    private static string Aws(string section) => $$"""{"secrets":{"store":"aws","aws":{{section}} } }""";

    private static string Vault(string more = "", string auth = """{"method":"approle","role_id":"r","secret_id_file":"s"}""", string address = "https://vault.example.com:8200") =>
        $$"""{"secrets":{"store":"vault","vault":{"address":"{{address}}","auth":{{auth}}{{more}} } } }""";

    private static string Http(string credentials) => $$"""{"name":"crm","transport":{"type":"http","url":"https://x.example/mcp"},"credentials":{{credentials}},"tools":{} }""";

    private static string Stdio(string credentials) => $$"""{"name":"crm","transport":{"type":"stdio","command":"node"},"credentials":{{credentials}},"tools":{} }""";

    private static async Task Agree(string name, string json, bool valid, IReadOnlyList<Problem> problems)
    {
        await using var stream = typeof(Problem).Assembly.GetManifestResourceStream("schemas/" + name)!;
        using var text = new StreamReader(stream);
        var schema = await JsonSchema.FromJsonAsync(await text.ReadToEndAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var errors = schema.Validate(json);
        Assert.True(valid == (problems.Count == 0), $"The parser says: {string.Join("; ", problems)}");
        Assert.True(valid == (errors.Count == 0), $"The schema says: {string.Join("; ", errors)}");
    }
}
