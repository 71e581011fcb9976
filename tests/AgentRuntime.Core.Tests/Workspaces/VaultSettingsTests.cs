using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed class VaultSettingsTests
{
    private static readonly string Root = Path.GetFullPath("/ws");

    [Fact]
    public void Reads_every_member_and_makes_paths_absolute()
    {
        var vault = Vault("""
            "address": "https://vault.example.com:8200", "namespace": "team-a", "ca_file": "ca.pem", "mount": "kv/team", "kv_version": 1, "prefix": "agents",
            "auth": { "method": "approle", "mount": "approle2", "role_id": "r-1", "wrapped_secret_id_file": "/run/secret-id" },
            "tokens": { "mode": "step", "role": "stepper", "ttl_s": 30, "policy_prefix": "steps-" },
            "transit": { "mount": "transit2", "key": "k" },
            "database": { "reporting/read": { "role": "reporter" } },
            "timeout_s": 2.5
            """).Value!.Secrets.Vault!;
        Assert.Equal(new Uri("https://vault.example.com:8200"), vault.Address);
        Assert.Equal(("team-a", Path.Combine(Root, "ca.pem"), "kv/team", 1, "agents"), (vault.Namespace, vault.CaFile, vault.Mount, vault.KvVersion, vault.Prefix));
        Assert.Equal(new VaultAuthSettings.AppRole("approle2", "r-1", "/run/secret-id", Wrapped: true), vault.Auth);
        Assert.Equal(new VaultTokenSettings { Role = "stepper", Ttl = TimeSpan.FromSeconds(30), PolicyPrefix = "steps-" }, vault.Tokens);
        Assert.Equal(new VaultTransitSettings("transit2", "k"), vault.Transit);
        Assert.Equal(new VaultDatabaseSettings("database", "reporter"), vault.Database[CredentialName.Parse("reporting/read")]);
        Assert.Equal(TimeSpan.FromSeconds(2.5), vault.Timeout);
    }

    [Fact]
    public void Needs_an_address_and_a_login_only()
    {
        var vault = Vault(""" "address": "https://v.example", "auth": { "method": "kubernetes", "role": "r" } """).Value!.Secrets.Vault!;
        Assert.Equal(("secret", 2, "agentruntime"), (vault.Mount, vault.KvVersion, vault.Prefix));
        Assert.Equal(new VaultAuthSettings.Kubernetes("kubernetes", "r", "/var/run/secrets/kubernetes.io/serviceaccount/token"), vault.Auth);
        Assert.Equal(new VaultTokenSettings(), vault.Tokens);
        Assert.Equal(TimeSpan.FromSeconds(10), vault.Timeout);
    }

    [Fact]
    public void Reads_a_master_key_that_the_vault_seals()
    {
        var settings = SettingsParser.Parse("agentruntime.json", """{"secrets":{"embedded":{"master_key":{"source":"vault_transit"}},"vault":{"address":"https://v.example","auth":{"method":"token_file","path":"/t"}}}}"""u8.ToArray(), Root);
        Assert.Equal(new MasterKeySource.VaultTransit("transit", "agentruntime-master"), settings.Value!.Secrets.Embedded.MasterKey);
        Assert.Empty(settings.Problems);
    }

    [Theory]
    [InlineData(""" "address": "http://vault.example.com" """, "/secrets/vault/address", ProblemCodes.InsecureUrl)]
    [InlineData(""" "address": "http://vault.example.com", "allow_plain_http": true """, "/secrets/vault/address", ProblemCodes.InsecureUrl)]
    [InlineData(""" "address": "http://127.0.0.1:8200" """, "/secrets/vault/address", ProblemCodes.InsecureUrl)]
    [InlineData(""" "address": "https://vault.example.com/v1/secret" """, "/secrets/vault/address", ProblemCodes.BadUrl)]
    [InlineData(""" "address": "https://u:p@vault.example.com" """, "/secrets/vault/address", ProblemCodes.UrlCredential)]
    [InlineData(""" "address": "https://v.example", "namespace": "a/../b" """, "/secrets/vault/namespace", ProblemCodes.BadPath)]
    [InlineData(""" "address": "https://v.example", "mount": "secret/" """, "/secrets/vault/mount", ProblemCodes.BadPath)]
    [InlineData(""" "address": "https://v.example", "mount": "secret%2Fdata" """, "/secrets/vault/mount", ProblemCodes.BadPath)]
    [InlineData(""" "address": "https://v.example", "prefix": "a\nb" """, "/secrets/vault/prefix", ProblemCodes.BadPath)]
    [InlineData(""" "address": "https://v.example", "tokens": { "policy_prefix": "Steps" } """, "/secrets/vault/tokens/policy_prefix", ProblemCodes.BadName)]
    [InlineData(""" "address": "https://v.example", "tokens": { "mode": "batch" }, "database": { "a/b": { "role": "r" } } """, "/secrets/vault/database", ProblemCodes.OutOfRange)]
    [InlineData(""" "address": "https://v.example", "database": { "a": { "role": "r" } } """, "/secrets/vault/database/a", ProblemCodes.BadName)]
    [InlineData(""" "address": "https://v.example", "token": "s.x" """, "/secrets/vault/token", ProblemCodes.UnknownMember)]
    public void Refuses_bad_settings(string members, string pointer, string code)
    {
        var problems = Vault($$"""{{members}}, "auth": { "method": "token_file", "path": "/t" }""").Problems;
        Assert.Contains(problems, problem => problem.Pointer == pointer && problem.Code == code);
    }

    [Theory]
    [InlineData("""{ "method": "userpass" }""", "/secrets/vault/auth/method", ProblemCodes.UnknownValue)]
    [InlineData("""{ "method": "approle", "role_id": "r" }""", "/secrets/vault/auth", ProblemCodes.MissingMember)]
    [InlineData("""{ "method": "approle", "role_id": "r", "secret_id_file": "a", "wrapped_secret_id_file": "b" }""", "/secrets/vault/auth/secret_id_file", ProblemCodes.UnknownMember)]
    [InlineData("""{ "method": "approle", "role_id": "r", "secret_id": "s" }""", "/secrets/vault/auth/secret_id", ProblemCodes.UnknownMember)]
    [InlineData("""{ "method": "token_file", "path": "$HOME/t" }""", "/secrets/vault/auth/path", ProblemCodes.BadPath)]
    public void Refuses_a_bad_login(string auth, string pointer, string code) =>
        Assert.Contains(Vault($$""" "address": "https://v.example", "auth": {{auth}} """).Problems, problem => problem.Pointer == pointer && problem.Code == code);

    [Fact]
    public void Refuses_an_inline_login_that_cannot_travel() =>
        Assert.Contains(Vault(""" "address": "https://v.example", "tokens": { "mode": "inline" }, "auth": { "method": "token_file", "path": "/t" } """).Problems, problem => problem.Pointer == "/secrets/vault/tokens");

    private static Checked<WorkspaceSettings> Vault(string members) =>
        SettingsParser.Parse("agentruntime.json", Encoding.UTF8.GetBytes($$"""{ "secrets": { "store": "vault", "vault": { {{members}} } } }"""), Root);
}
