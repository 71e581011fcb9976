using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>The key/value engine of version 1, which has no versions.</summary>
public sealed class VaultKvOne : IAsyncLifetime
{
    private static readonly Func<VaultSecretSettings, VaultSecretSettings> One = settings => settings with { Mount = "kv1", KvVersion = 1 };
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("crm/read");
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Reads_what_was_stored_and_makes_up_a_version_that_changes_with_the_value()
    {
        await using var store = _place.Open(One, asOperator: true);
        var first = await SetAsync(store, "one");
        var found = await store.FoundAsync(VaultPlace.Read("crm/read"));
        Assert.Equal("one", found.Material.Fields["value"].RevealString());
        Assert.Equal(first.Version, found.Material.Reference.Version);
        var second = await SetAsync(store, "two");
        Assert.NotEqual(first.Version, second.Version);
        Assert.Equal("two", await store.ValueAsync(new SecretReadRequest(VaultPlace.Credential("crm/read"), second.Version, VaultPlace.Step)));
        await store.FailedAsync(new SecretReadRequest(VaultPlace.Credential("crm/read"), first.Version, VaultPlace.Step), SecretFailureKind.Missing);
    }

    [Fact]
    public async Task Tells_nothing_about_the_value_by_its_version()
    {
        await using var store = _place.Open(One, asOperator: true);
        await using var other = _place.Open(One, asOperator: true);
        await SetAsync(store, "one");
        Assert.NotEqual(
            (await store.FoundAsync(VaultPlace.Read("crm/read"))).Material.Reference.Version,
            (await other.FoundAsync(VaultPlace.Read("crm/read"))).Material.Reference.Version);
    }

    [Fact]
    public async Task Stores_under_a_condition_describes_and_deletes()
    {
        await using var store = _place.Open(One, asOperator: true);
        var first = await SetAsync(store, "one", WriteCondition.NotThere);
        Assert.True(first.Succeeded, first.Message);
        Assert.Equal(SecretFailureKind.Conflict, (await SetAsync(store, "never", WriteCondition.NotThere)).Failure);
        Assert.True((await SetAsync(store, "two", WriteCondition.NewestIs(first.Version!.Value))).Succeeded);
        var description = await store.DescribeAsync(VaultPlace.Credential("crm/read"), VaultPlace.Person, CancellationToken.None);
        Assert.Equal(["value"], Assert.Single(description!.Versions).Fields);
        Assert.True((await store.DeleteAsync(VaultPlace.Credential("crm/read"), null, VaultPlace.Person, CancellationToken.None)).Succeeded);
        await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Missing);
    }

    [Fact]
    public async Task Cannot_disable()
    {
        await using var store = _place.Open(One, asOperator: true);
        await SetAsync(store, "one");
        var result = await store.DisableAsync(VaultPlace.Credential("crm/read"), null, VaultPlace.Person, CancellationToken.None);
        Assert.Equal(SecretFailureKind.Invalid, result.Failure);
        Assert.Contains("version 2", result.Message);
    }

    private static async Task<SecretWriteResult> SetAsync(AgentRuntime.Vaults.HashiCorp.VaultSecretStore store, string text, WriteCondition condition = default)
    {
        using var value = SecretValue.CopyUtf8(text);
        return await store.SetAsync(VaultPlace.Credential("crm/read"), new Dictionary<string, SecretValue> { ["value"] = value }, condition, VaultPlace.Person, CancellationToken.None);
    }
}
