using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedLimits : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keeps_1_MiB_and_refuses_more()
    {
        await using var store = await _folder.OpenAsync();
        Assert.True((await SetAsync(store, ("value", 1024 * 1024))).Succeeded);
        await using (var again = await _folder.OpenAsync())
        {
            Assert.Equal(1024 * 1024, (await again.ValueAsync("crm/read")).Length);
        }

        var refused = await SetAsync(store, ("a", 1024 * 1024), ("b", 1));
        Assert.Equal(SecretFailureKind.Invalid, refused.Failure);
        Assert.Contains("1048577 bytes", refused.Message);
    }

    [Fact]
    public async Task Refuses_no_fields_too_many_fields_and_an_empty_value()
    {
        await using var store = await _folder.OpenAsync();
        Assert.Equal(SecretFailureKind.Invalid, (await SetAsync(store)).Failure);
        Assert.Equal(SecretFailureKind.Invalid, (await SetAsync(store, ("value", 0))).Failure);
        Assert.Equal(SecretFailureKind.Invalid, (await SetAsync(store, [.. Enumerable.Range(0, 33).Select(i => ($"f{i}", 1))])).Failure);
        Assert.True((await SetAsync(store, [.. Enumerable.Range(0, 32).Select(i => ($"f{i}", 1))])).Succeeded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("../x")]
    public async Task Refuses_a_field_name_that_is_no_name_without_quoting_it(string name)
    {
        await using var store = await _folder.OpenAsync();
        var refused = await SetAsync(store, (name, 3));
        Assert.Equal(SecretFailureKind.Invalid, refused.Failure);
        Assert.True(name.Length == 0 || !refused.Message!.Contains(name, StringComparison.Ordinal));
    }

    private static async Task<SecretWriteResult> SetAsync(AgentRuntime.Vaults.Embedded.EmbeddedSecretStore store, params (string Name, int Size)[] fields)
    {
        var values = fields.ToDictionary(f => f.Name, f => SecretValue.CopyUtf8(new string('x', f.Size)), StringComparer.Ordinal);
        return await store.SetAsync(CredentialName.Parse("crm/read"), values, WriteCondition.None, StoreFolder.Owner, CancellationToken.None);
    }
}
