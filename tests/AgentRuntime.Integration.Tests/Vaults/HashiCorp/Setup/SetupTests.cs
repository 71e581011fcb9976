using System.Text.Json.Nodes;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Vault;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Vaults.HashiCorp.Setup;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp.Setup;

/// <summary>Setting up a vault with an operator's token, and reading back how wide the runtime's identity is.</summary>
public sealed class SetupTests : IAsyncLifetime
{
    private static readonly CredentialName[] Credentials = [CredentialName.Parse("crm/read"), CredentialName.Parse("crm/write"), CredentialName.Parse("Mail.Out/send")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentruntime-setup-");
    private FakeVault _vault = null!;

    private string SecretIdFile => Path.Combine(_folder.FullName, "secret-id");

    public async ValueTask InitializeAsync() => _vault = await FakeVault.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Applying_makes_everything_and_applying_again_changes_nothing()
    {
        var first = await ApplyAsync();
        var second = await ApplyAsync();

        Assert.Contains(first, item => item is { Name: "policy agentruntime-crm.read", Status: VaultPlanStatus.Written });
        Assert.DoesNotContain(first, item => item.Status is VaultPlanStatus.Missing or VaultPlanStatus.Different);
        Assert.All(second, item => Assert.True(item.Status is VaultPlanStatus.Same, $"{item.Name}: {item.Status}"));
        Assert.Equal(first.Select(item => item.Name), second.Select(item => item.Name));
    }

    [Fact]
    public async Task What_was_applied_lets_a_step_read_its_credential_and_nothing_else()
    {
        await ApplyAsync();
        await StoreAsync("crm/read", "value-of-crm-read");
        await StoreAsync("crm/write", "value-of-crm-write");
        await WrapSecretIdAsync();
        await using var store = Open();

        var read = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(Request("crm/read"), CancellationToken.None));

        Assert.Equal("value-of-crm-read", read.Material.Fields["value"].RevealString());
        await read.Access!.DisposeAsync();
        Assert.False(File.Exists(SecretIdFile));
        var token = Assert.Single(_vault.TokensMadeAt("auth/token/create/agentruntime-step"));
        Assert.Equal(["agentruntime-crm.read"], token.Policies);
    }

    [Fact]
    public async Task The_examination_finds_nothing_after_applying()
    {
        await ApplyAsync();
        await WrapSecretIdAsync();
        await using var store = Open();

        var findings = await store.ExamineAsync(Credentials, CancellationToken.None).ToListAsync();

        Assert.All(findings.Where(finding => finding.Check != "vault audit"), finding => Assert.True(finding.Severity == StoreFindingSeverity.Good, finding.ToString()));
        Assert.Contains(findings, finding => finding.Check == "token role agentruntime-step");
        Assert.Contains(findings, finding => finding.Check == "vault identity reach");
    }

    [Theory]
    [InlineData("policy agentruntime-crm.read", "a step's policy that reads more")]
    [InlineData("token role agentruntime-step", "a role that allows every policy")]
    [InlineData("policy agentruntime-runtime", "a runtime policy that reads a credential")]
    [InlineData("vault identity reach", "a runtime policy that reads a credential")]
    [InlineData("vault identity", "a login with another policy")]
    public async Task The_examination_refuses_what_is_wider_than_needed(string check, string what)
    {
        await ApplyAsync();
        Widen(what);
        await WrapSecretIdAsync();
        await using var store = Open();

        var findings = await store.ExamineAsync(Credentials, CancellationToken.None).ToListAsync();

        Assert.Contains(findings, finding => finding.Check == check && finding.Severity == StoreFindingSeverity.Bad);
    }

    [Fact]
    public async Task The_difference_names_what_is_there_and_not_wanted()
    {
        await ApplyAsync();
        Widen("a role that allows every policy");

        var role = (await CompareAsync()).Single(item => item.Name == "token role agentruntime-step");

        Assert.Equal(VaultPlanStatus.Different, role.Status);
        Assert.Contains("- allowed policy every one", role.Lines.Select(line => line.Replace(": ", " ", StringComparison.Ordinal)));
        Assert.Contains("+ allowed policy agentruntime-crm.read", role.Lines);
    }

    [Fact]
    public async Task A_credential_that_is_no_longer_named_is_taken_from_the_role()
    {
        await ApplyAsync();

        var role = (await CompareAsync(Credentials[..1])).Single(item => item.Name == "token role agentruntime-step");

        Assert.Contains("- allowed policy agentruntime-crm.write", role.Lines);
    }

    [Fact]
    public async Task A_vault_that_stores_something_else_than_was_written_is_not_trusted()
    {
        _vault.OnRequest = request => request is { Operation: "update", Path: "auth/token/roles/agentruntime-step" } ? Forgetful(request) : null;

        var refused = await Assert.ThrowsAsync<SecretStoreException>(() => ApplyAsync());

        Assert.Contains("token role agentruntime-step", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_of_another_kind_is_not_replaced()
    {
        var settings = Settings() with { Mount = "database" };

        var refused = await Assert.ThrowsAsync<SecretStoreException>(() => ApplyAsync(settings));

        Assert.Equal(SecretFailureKind.Conflict, refused.Failure);
        Assert.Contains("database/", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_may_not_is_denied_without_being_quoted()
    {
        var token = _vault.AddToken("default");
        _vault.EchoesInErrors = true;

        var refused = await Assert.ThrowsAsync<SecretStoreException>(() => ApplyAsync(token: token));

        Assert.Equal(SecretFailureKind.Denied, refused.Failure);
        Assert.DoesNotContain(token, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_audit_device_is_left_to_the_operator()
    {
        _vault.RemoveAuditDevices();

        var device = (await ApplyAsync()).Single(item => item.Name == "audit device");

        Assert.Equal(VaultPlanStatus.ByHand, device.Status);
    }

    [Fact]
    public void A_plan_needs_no_vault()
    {
        var plan = VaultSetupSettings.Wanted(Settings() with { Address = new Uri("https://127.0.0.1:1") }, Credentials, VaultSetupExtras.None);

        var policy = plan.Single(item => item.Name == "policy agentruntime-crm.read");
        Assert.Contains("path \"secret/data/agentruntime/crm/read\" {", policy.Lines);
        Assert.DoesNotContain(plan.SelectMany(item => item.Lines), line => line.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_transit_key_is_bound_to_a_context_and_its_policy_may_only_decrypt()
    {
        var settings = Settings() with { Transit = new VaultTransitSettings("transit", "values") };

        var applied = await ApplyAsync(settings);

        Assert.Contains(applied, item => item is { Name: "transit key transit/values", Status: VaultPlanStatus.Written });
        Assert.True(_vault.AsRoot("read", "transit/keys/values")!["derived"]!.GetValue<bool>());
        Assert.Contains("decrypt/values", _vault.AsRoot("read", "sys/policies/acl/agentruntime-crm.read")!["policy"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("encrypt", _vault.AsRoot("read", "sys/policies/acl/agentruntime-crm.read")!["policy"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrapped_secret_id_is_in_a_file_of_its_owner_and_opens_once()
    {
        await ApplyAsync();

        await WrapSecretIdAsync();

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(SecretIdFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.StartsWith("w.", await File.ReadAllTextAsync(SecretIdFile), StringComparison.Ordinal);
    }

    private static SecretReadRequest Request(string credential) =>
        new(CredentialName.Parse(credential), Version: null, new SecretAccessContext { Principal = "user:maria", Purpose = "step", Run = new RunId("run_1"), Step = new StepPath("find"), Attempt = 1 });

    private VaultSecretSettings Settings()
    {
        var ca = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(ca, _vault.RootPem);
        return new VaultSecretSettings(_vault.Address, new VaultAuthSettings.AppRole("approle", "agentruntime", SecretIdFile, Wrapped: true)) { CaFile = ca };
    }

    private VaultSecretStore Open() => VaultSecretStore.Open(new VaultStoreOptions { Settings = Settings() }, TimeProvider.System);

    private async Task<List<VaultPlanItem>> ApplyAsync(VaultSecretSettings? settings = null, string? token = null)
    {
        using var who = SecretValue.CopyUtf8(token ?? _vault.RootToken);
        using var vault = VaultSetupSettings.Open(settings ?? Settings(), Credentials, VaultSetupExtras.None, who, TimeProvider.System);
        return await vault.ApplyAsync(CancellationToken.None).ToListAsync();
    }

    private async Task<List<VaultPlanItem>> CompareAsync(CredentialName[]? credentials = null)
    {
        using var who = SecretValue.CopyUtf8(_vault.RootToken);
        using var vault = VaultSetupSettings.Open(Settings(), credentials ?? Credentials, VaultSetupExtras.None, who, TimeProvider.System);
        return await vault.CompareAsync(CancellationToken.None).ToListAsync();
    }

    private async Task WrapSecretIdAsync()
    {
        using var who = SecretValue.CopyUtf8(_vault.RootToken);
        using var vault = VaultSetupSettings.Open(Settings(), Credentials, VaultSetupExtras.None, who, TimeProvider.System);
        await vault.WriteWrappedSecretIdAsync(SecretIdFile, TimeSpan.FromMinutes(5), CancellationToken.None);
    }

    private Task StoreAsync(string credential, string value)
    {
        _vault.AsRoot("update", $"secret/data/agentruntime/{credential}", new JsonObject { ["data"] = new JsonObject { ["value"] = value } });
        return Task.CompletedTask;
    }

    private void Widen(string what)
    {
        switch (what)
        {
            case "a step's policy that reads more":
                _vault.SetPolicy("agentruntime-crm.read", "path \"secret/data/agentruntime/*\" {\n  capabilities = [\"read\"]\n}\n");
                break;
            case "a role that allows every policy":
                _vault.AsRoot("update", "auth/token/roles/agentruntime-step", new JsonObject { ["allowed_policies"] = new JsonArray() });
                break;
            case "a runtime policy that reads a credential":
                var text = _vault.AsRoot("read", "sys/policies/acl/agentruntime-runtime")!["policy"]!.ToString();
                _vault.SetPolicy("agentruntime-runtime", text + "path \"secret/data/agentruntime/crm/write\" {\n  capabilities = [\"read\"]\n}\n");
                break;
            default:
                _vault.SetPolicy("somebody", "path \"secret/data/other\" { capabilities = [\"read\"] }");
                _vault.AsRoot("update", "auth/approle/role/agentruntime", new JsonObject { ["token_policies"] = new JsonArray("agentruntime-runtime", "somebody") });
                break;
        }
    }

    // A server was seen to store a role without the limits that it did not know.
    private FakeAnswer Forgetful(FakeRequest request)
    {
        var body = (JsonObject)request.Body.DeepClone();
        body["allowed_policies"] = new JsonArray();
        _vault.AsRoot("update", request.Path, body);
        return new FakeAnswer(204);
    }
}
