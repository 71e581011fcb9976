using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

public sealed class AzureWritingTests
{
    private static readonly string Name = AzureVault.NameOf(AzureVault.Credential);

    [Fact]
    public async Task Stores_text_so_that_other_tools_can_read_it()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        Assert.True((await store.PutAsync("päss \"word\"\n2")).Succeeded);
        Assert.Equal("päss \"word\"\n2", vault.Fake.Secrets.Peek(Name)!.Value.Value);
        Assert.Null(vault.Fake.Secrets.Peek(Name)!.Value.ContentType);
    }

    [Fact]
    public async Task Refuses_what_a_secret_cannot_hold_before_asking_the_vault()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        foreach (var size in new[] { (25 * 1024) + 1, 1024 * 1024 })
        {
            var result = await store.PutAsync(new string('x', size));
            Assert.Equal(SecretFailureKind.Invalid, result.Failure);
            Assert.Contains("25 KiB", result.Message);
        }

        Assert.Equal(SecretFailureKind.Invalid, (await store.PutAsync(WriteCondition.None, ("value", [.. Enumerable.Repeat((byte)0xff, 20 * 1024)]))).Failure);
        Assert.Equal(SecretFailureKind.Invalid, (await store.PutAsync(WriteCondition.None)).Failure);
        Assert.Equal(SecretFailureKind.Invalid, (await store.PutAsync(string.Empty)).Failure);
        Assert.Equal(SecretFailureKind.Invalid, (await store.PutAsync(WriteCondition.None, ("a b", [1]))).Failure);
        Assert.Empty(vault.Fake.Connected);
        Assert.True((await store.PutAsync(new string('"', 25 * 1024))).Succeeded);
        Assert.Equal(25 * 1024, (await store.ValueAsync()).Length);
    }

    [Fact]
    public async Task Does_not_pretend_to_delete_one_version()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        var version = (await store.PutAsync("value")).Version;
        var result = await store.DeleteAsync(AzureVault.Credential, version, AzureVault.Step, CancellationToken.None);
        Assert.Equal(SecretFailureKind.Invalid, result.Failure);
        Assert.Contains("credentials disable crm/read", result.Message);
        Assert.Equal("value", await store.ValueAsync());
    }

    [Fact]
    public async Task Deletes_again_without_harm_and_says_why_a_deleted_name_cannot_be_used()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        var version = (await store.PutAsync("value")).Version!.Value;
        Assert.True((await store.DeleteAsync(AzureVault.Credential, null, AzureVault.Step, CancellationToken.None)).Succeeded);
        Assert.True((await store.DeleteAsync(AzureVault.Credential, null, AzureVault.Step, CancellationToken.None)).Succeeded);
        foreach (var result in new[] { await store.PutAsync("next"), await store.EnableAsync(AzureVault.Credential, version, AzureVault.Step, CancellationToken.None), await store.DisableAsync(AzureVault.Credential, null, AzureVault.Step, CancellationToken.None) })
        {
            Assert.Equal(SecretFailureKind.Deleted, result.Failure);
            Assert.Contains("ecover", result.Message);
        }

        var description = (await store.DescribeAsync(AzureVault.Credential, AzureVault.Step, CancellationToken.None))!;
        Assert.Null(description.Current);
        Assert.Equal((version, SecretVersionState.Deleted), description.Versions.Select(one => (one.Version, one.State)).Single());
        Assert.Equal(SecretFailureKind.Deleted, (await store.PutAsync("next", WriteCondition.Unchanged(description))).Failure);
    }

    [Fact]
    public async Task Knows_the_newest_of_versions_that_were_written_in_one_second()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.BetweenWrites = TimeSpan.Zero;
        var store = vault.Open();
        var versions = new List<CredentialVersion>();
        for (var i = 0; i < 8; i++)
        {
            versions.Insert(0, (await store.PutAsync($"value {i}", i == 0 ? WriteCondition.NotThere : WriteCondition.NewestIs(versions[0]))).Version!.Value);
        }

        var description = await store.DescribeAsync(AzureVault.Credential, AzureVault.Step, CancellationToken.None);
        Assert.Equal(versions, description!.Versions.Select(version => version.Version));
        Assert.Equal(SecretFailureKind.Conflict, (await store.PutAsync("late", WriteCondition.NewestIs(versions[1]))).Failure);
    }

    [Fact]
    public async Task Does_not_write_when_the_condition_cannot_be_checked()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Service.Deny("list", Name);
        Assert.Equal(SecretFailureKind.Denied, (await vault.Open().PutAsync("value", WriteCondition.NotThere)).Failure);
        Assert.Null(vault.Fake.Secrets.Peek(Name));
    }

    [Fact]
    public async Task Lists_more_than_one_page_and_leaves_out_what_is_not_its_own()
    {
        await using var vault = await AzureVault.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            vault.Fake.Secrets.Put(AzureVault.NameOf(CredentialName.Parse($"server{i:00}/read")), "value");
        }

        vault.Fake.Secrets.Put("somebody-elses", "value");
        var all = await vault.Open().ListAsync([], AzureVault.Step, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"server{i:00}/read"), all.Select(one => one.Credential.ToString()));
    }

    [Fact]
    public async Task Lists_what_is_known_when_it_may_not_list()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(Name, "value");
        vault.Fake.Secrets.Put(AzureVault.NameOf(CredentialName.Parse("crm/write")), "value");
        vault.Fake.Service.Allowed.Remove("list");
        var all = await vault.Open().ListAsync([AzureVault.Credential, CredentialName.Parse("no/such")], AzureVault.Step, CancellationToken.None);
        Assert.Equal(["crm/read"], all.Select(one => one.Credential.ToString()));
        Assert.NotNull(all[0].Current);
    }

    [Fact]
    public async Task Leaves_out_of_the_known_what_it_may_not_see()
    {
        await using var vault = await AzureVault.StartAsync();
        var other = CredentialName.Parse("crm/write");
        vault.Fake.Secrets.Put(Name, "value");
        vault.Fake.Secrets.Put(AzureVault.NameOf(other), "value");
        vault.Fake.Service.Allowed.Remove("list");
        vault.Fake.Service.Deny("get", AzureVault.NameOf(other));
        var store = vault.Open();
        Assert.Equal(["crm/read"], (await store.ListAsync([other, AzureVault.Credential], AzureVault.Step, CancellationToken.None)).Select(one => one.Credential.ToString()));
        Assert.Equal(SecretFailureKind.Denied, (await Assert.ThrowsAsync<SecretStoreException>(async () => await store.DescribeAsync(other, AzureVault.Step, CancellationToken.None))).Failure);
    }

    [Fact]
    public async Task Throws_when_a_listing_cannot_be_had()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Service.IsUnavailable = true;
        var error = await Assert.ThrowsAsync<SecretStoreException>(async () => await vault.Open().ListAsync([], AzureVault.Step, CancellationToken.None));
        Assert.Equal(SecretFailureKind.Unavailable, error.Failure);
    }
}
