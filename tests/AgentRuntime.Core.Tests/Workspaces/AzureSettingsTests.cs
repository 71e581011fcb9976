using System.Text;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed class AzureSettingsTests
{
    private const string Id = "11111111-2222-3333-4444-555555555555";
    private static readonly string Root = Path.GetFullPath("/ws");

    [Fact]
    public void Reads_every_member()
    {
        var azure = Azure($$"""
            { "vault_url": "https://my-vault.vault.azure.net", "prefix": "prod-", "ca_file": "../ca.pem", "timeout_s": 2.5, "authority_host": "https://login.example",
              "auth": { "type": "client_certificate", "tenant_id": "{{Id}}", "client_id": "{{Id}}", "certificate_file": "keys/app.pem" } }
            """);
        Assert.Equal(
            new AzureSecretSettings(new Uri("https://my-vault.vault.azure.net"), new AzureIdentitySettings.ClientCertificate(Guid.Parse(Id), Guid.Parse(Id), Path.Combine(Root, "keys", "app.pem")), new Uri("https://login.example"))
            {
                Prefix = "prod-",
                CaFile = Path.GetFullPath("/ca.pem"),
                Timeout = TimeSpan.FromSeconds(2.5),
            },
            azure);
    }

    [Theory]
    [InlineData("https://my-vault.vault.azure.net", "https://login.microsoftonline.com/")]
    [InlineData("https://my-vault.vault.azure.cn", "https://login.chinacloudapi.cn/")]
    [InlineData("https://my-vault.vault.usgovcloudapi.net", "https://login.microsoftonline.us/")]
    [InlineData("https://my-vault.vault.local.azurestack.external", "https://login.microsoftonline.com/")]
    public void Knows_who_gives_the_tokens_of_a_cloud(string vault, string authority) =>
        Assert.Equal(new Uri(authority), Azure($$"""{ "vault_url": "{{vault}}", "auth": { "type": "managed_identity" } }""")!.AuthorityHost);

    [Theory]
    [InlineData("""{"secrets":{"store":"azure"}}""", "/secrets", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"azure":{}}}""", "/secrets/azure", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"http://my-vault.vault.azure.net","auth":{"type":"managed_identity"}}}}""", "/secrets/azure/vault_url", ProblemCodes.InsecureUrl)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"http://127.0.0.1","auth":{"type":"managed_identity"}}}}""", "/secrets/azure/vault_url", ProblemCodes.InsecureUrl)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net/../x","auth":{"type":"managed_identity"}}}}""", "/secrets/azure/vault_url", ProblemCodes.BadUrl)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://u:p@my-vault.vault.azure.net","auth":{"type":"managed_identity"}}}}""", "/secrets/azure/vault_url", ProblemCodes.UrlCredential)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://example.com","auth":{"type":"managed_identity"}}}}""", "/secrets/azure/vault_url", ProblemCodes.BadUrl)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"client_secret","client_secret":"x"}}}}""", "/secrets/azure/auth/type", ProblemCodes.UnknownValue)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed"}}}}""", "/secrets/azure/auth/type", ProblemCodes.UnknownValue)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity","client_id":"me"}}}}""", "/secrets/azure/auth/client_id", ProblemCodes.BadName)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"workload_identity","client_id":"11111111-2222-3333-4444-555555555555"}}}}""", "/secrets/azure/auth", ProblemCodes.MissingMember)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"},"prefix":"Prod-"}}}""", "/secrets/azure/prefix", ProblemCodes.BadName)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"},"ca_file":"$HOME/ca.pem"}}}""", "/secrets/azure/ca_file", ProblemCodes.BadPath)]
    [InlineData("""{"secrets":{"azure":{"vault_url":"https://my-vault.vault.azure.net","auth":{"type":"managed_identity"},"timeout":3}}}""", "/secrets/azure/timeout", ProblemCodes.UnknownMember)]
    public void Refuses_bad_settings(string json, string pointer, string code) =>
        Assert.Contains(Parse(json).Problems, problem => problem.Pointer == pointer && problem.Code == code);

    private static AzureSecretSettings? Azure(string section)
    {
        var parsed = Parse($$"""{ "secrets": { "store": "azure", "azure": {{section}} } }""");
        Assert.Empty(parsed.Problems);
        return parsed.Value!.Secrets.Azure;
    }

    private static Checked<WorkspaceSettings> Parse(string json) => SettingsParser.Parse("agentruntime.json", Encoding.UTF8.GetBytes(json), Root);
}
