using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultDatabase : IAsyncLifetime
{
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("reporting/read");
        _place.Vault.AddDatabaseRole("reporter");
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Makes_a_login_for_the_step_and_removes_it_at_its_end()
    {
        await using var store = _place.Open(With("reporter"));
        var found = await store.FoundAsync(VaultPlace.Read("reporting/read"));
        Assert.Equal(["password", "username"], found.Material.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([found.Material.Fields["username"].RevealString()], _place.Vault.DatabaseLogins);
        await found.Access!.DisposeAsync();
        Assert.Empty(_place.Vault.DatabaseLogins);
    }

    [Fact]
    public async Task Gives_each_step_a_login_and_a_version_of_its_own()
    {
        await using var store = _place.Open(With("reporter"));
        var first = await store.FoundAsync(VaultPlace.Read("reporting/read"));
        var second = await store.FoundAsync(VaultPlace.Read("reporting/read"));
        Assert.NotEqual(first.Material.Reference.Version, second.Material.Reference.Version);
        await first.Access!.DisposeAsync();
        Assert.Equal([second.Material.Fields["username"].RevealString()], _place.Vault.DatabaseLogins);
    }

    [Fact]
    public async Task Does_not_put_the_leases_id_into_the_version()
    {
        await using var store = _place.Open(With("reporter"));
        var found = await store.FoundAsync(VaultPlace.Read("reporting/read"));
        Assert.Matches("^lease-[0-9a-f]{12}$", found.Material.Reference.Version.Value);
        Assert.DoesNotContain(_place.Vault.AuditLines, line => line.Contains(found.Material.Reference.Version.Value["lease-".Length..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Says_that_there_is_no_such_role()
    {
        _place.Vault.SetPolicy("agentruntime-reporting.read", """path "database/creds/*" { capabilities = ["read"] }""");
        await using var store = _place.Open(With("nope"));
        Assert.Contains("'nope'", (await store.FailedAsync(VaultPlace.Read("reporting/read"), SecretFailureKind.Invalid)).Message);
    }

    [Fact]
    public async Task Has_nothing_to_store_and_no_versions()
    {
        await using var store = _place.Open(With("reporter"), asOperator: true);
        using var value = SecretValue.CopyUtf8("x");
        var written = await store.SetAsync(VaultPlace.Credential("reporting/read"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None);
        Assert.Equal(SecretFailureKind.Invalid, written.Failure);
        await store.FailedAsync(new SecretReadRequest(VaultPlace.Credential("reporting/read"), new CredentialVersion("1"), VaultPlace.Step), SecretFailureKind.Missing);
        var description = await store.DescribeAsync(VaultPlace.Credential("reporting/read"), VaultPlace.Person, CancellationToken.None);
        Assert.Equal(["password", "username"], Assert.Single(description!.Versions).Fields);
    }

    private static Func<VaultSecretSettings, VaultSecretSettings> With(string role) =>
        settings => settings with { Database = new Dictionary<CredentialName, VaultDatabaseSettings> { [VaultPlace.Credential("reporting/read")] = new("database", role) } };
}
