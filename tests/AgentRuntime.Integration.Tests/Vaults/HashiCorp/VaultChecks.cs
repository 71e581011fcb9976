using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultChecks : IAsyncLifetime
{
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("crm/read");
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Finds_a_good_set_up_good()
    {
        var findings = await ExamineAsync();
        Assert.DoesNotContain(findings, finding => finding.Severity == StoreFindingSeverity.Bad);
        Assert.Contains(findings, finding => finding is { Check: "vault", Severity: StoreFindingSeverity.Good });
        Assert.Contains(findings, finding => finding is { Check: "vault login", Severity: StoreFindingSeverity.Good });
        Assert.Contains(findings, finding => finding is { Check: "vault audit", Severity: StoreFindingSeverity.Warning });
        Assert.Contains(findings, finding => finding is { Check: "vault step tokens", Severity: StoreFindingSeverity.Good });
        Assert.All(_place.Vault.TokensMadeAt(VaultPlace.MintPath), token => Assert.Equal("check", token.Meta!["purpose"]));
    }

    [Fact]
    public async Task Finds_a_sealed_vault()
    {
        _place.Vault.Sealed = true;
        Assert.Contains("sealed", Assert.Single(await ExamineAsync()).Message);
    }

    [Fact]
    public async Task Finds_a_credential_without_a_policy()
    {
        var findings = await ExamineAsync("crm/read", "mail/send");
        Assert.Contains(findings, finding => finding is { Check: "vault step token mail/send", Severity: StoreFindingSeverity.Bad });
    }

    [Fact]
    public async Task Finds_tokens_that_are_wider_than_asked()
    {
        _place.Vault.WidensTokens = true;
        Assert.Contains(await ExamineAsync(), finding => finding.Severity == StoreFindingSeverity.Bad && finding.Message.Contains("other policies", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Finds_a_missing_audit_device()
    {
        _place.Vault.RemoveAuditDevices();
        _place.Vault.SetPolicy(VaultPlace.RuntimePolicy, $$"""
            path "{{VaultPlace.MintPath}}" { capabilities = ["update"] }
            path "sys/audit" { capabilities = ["read", "sudo"] }
            """);
        Assert.Contains(await ExamineAsync(), finding => finding is { Check: "vault audit", Severity: StoreFindingSeverity.Bad });
    }

    [Fact]
    public async Task Finds_a_runtime_that_is_root()
    {
        var file = _place.Write("root", _place.Vault.RootToken);
        Assert.Contains(await ExamineAsync(settings => settings with { Auth = new VaultAuthSettings.AgentToken(file) }), finding => finding is { Check: "vault login", Severity: StoreFindingSeverity.Bad });
    }

    [Fact]
    public async Task Finds_a_namespace_that_is_ignored() =>
        Assert.Contains(await ExamineAsync(settings => settings with { Namespace = "team-a" }), finding => finding.Severity == StoreFindingSeverity.Bad && finding.Message.Contains("ignores the namespace", StringComparison.Ordinal));

    private Task<List<StoreFinding>> ExamineAsync(params string[] known) => ExamineAsync(change: null, known);

    private async Task<List<StoreFinding>> ExamineAsync(Func<VaultSecretSettings, VaultSecretSettings>? change, params string[] known)
    {
        await using var store = _place.Open(change);
        CredentialName[] names = [.. (known.Length == 0 ? ["crm/read"] : known).Select(VaultPlace.Credential)];
        return await store.ExamineAsync(names, CancellationToken.None).ToListAsync();
    }
}
