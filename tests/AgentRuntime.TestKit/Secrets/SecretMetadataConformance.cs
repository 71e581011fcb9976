using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>Stores that implement <see cref="ISecretMetadata"/>.</summary>
public abstract class SecretMetadataConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDisable, new()
{
    private static readonly CredentialName[] Known = [.. new[] { "crm/read", "crm/write", "mail/send", "payments/refund" }.Select(CredentialName.Parse)];

    private ISecretMetadata Metadata => Assert.IsAssignableFrom<ISecretMetadata>(Harness.Store);

    [Fact]
    public async Task Lists_nothing_in_a_new_store() => Assert.Empty(await Metadata.ListAsync(Known, Context, CancellationToken.None));

    [Fact]
    public async Task Lists_every_credential_by_name()
    {
        foreach (var name in new[] { "payments/refund", "crm/write", "crm/read" })
        {
            await Harness.SetAsync(CredentialName.Parse(name), Fields(("value", "x")));
        }

        Assert.Equal(["crm/read", "crm/write", "payments/refund"], (await Metadata.ListAsync(Known, Context, CancellationToken.None)).Select(d => d.Credential.ToString()));
    }

    [Fact]
    public async Task Describes_versions_newest_first_with_their_state_and_fields()
    {
        var first = await Harness.SetAsync(Credential, Fields(("value", "1")));
        var second = await Harness.SetAsync(Credential, Fields(("username", "u"), ("password", "p")));
        var third = await Harness.SetAsync(Credential, Fields(("value", "3")));
        await Harness.DisableAsync(Credential, second);
        var description = await DescribeAsync();
        Assert.Equal(third, description.Current);
        Assert.Equal([third, second, first], description.Versions.Select(v => v.Version));
        Assert.Equal([SecretVersionState.Enabled, SecretVersionState.Disabled, SecretVersionState.Enabled], description.Versions.Select(v => v.State));
        Assert.Equal(Harness.KnowsFields ? ["password", "username"] : [], description.Versions[1].Fields.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Says_that_no_version_is_readable()
    {
        await SetAsync("old");
        await Harness.DisableAsync(Credential, await SetAsync("current"));
        Assert.Null((await DescribeAsync()).Current);
    }

    [Fact]
    public async Task Describes_nothing_for_an_unknown_name() => Assert.Null(await Metadata.DescribeAsync(Credential, Context, CancellationToken.None));

    [Fact]
    public async Task Holds_no_value()
    {
        await SetAsync("canary-77c0-meta");
        foreach (var description in await Metadata.ListAsync(Known, Context, CancellationToken.None))
        {
            Assert.DoesNotContain("canary-77c0-meta", description + string.Join(' ', description.Versions));
        }
    }

    private async Task<SecretDescription> DescribeAsync() =>
        await Metadata.DescribeAsync(Credential, Context, CancellationToken.None) ?? throw new Xunit.Sdk.XunitException($"{Credential} is not described.");
}

/// <summary>Stores that implement <see cref="ISecretMetadata"/> and delete versions one by one.</summary>
public abstract class SecretDeletedMetadataConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDelete, new()
{
    [Fact]
    public async Task Describes_a_deleted_version_beside_the_others()
    {
        var first = await Harness.SetAsync(Credential, Fields(("value", "1")));
        var second = await Harness.SetAsync(Credential, Fields(("value", "2")));
        await Harness.DeleteAsync(Credential, first);
        var description = await Assert.IsAssignableFrom<ISecretMetadata>(Harness.Store).DescribeAsync(Credential, Context, CancellationToken.None);
        Assert.Equal([(second, SecretVersionState.Enabled), (first, SecretVersionState.Deleted)], description!.Versions.Select(v => (v.Version, v.State)));
    }
}

/// <summary>Stores that implement <see cref="ISecretArchive"/>.</summary>
public abstract class SecretArchiveConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDisable, ICanDelete, new()
{
    [Fact]
    public async Task Gives_every_version_that_has_a_value_also_disabled_ones()
    {
        var other = CredentialName.Parse("payments/refund");
        var deleted = await SetAsync("deleted");
        var disabled = await SetAsync("disabled");
        var current = await SetAsync("current");
        var single = await Harness.SetAsync(other, Fields(("value", "other")));
        await Harness.DeleteAsync(Credential, deleted);
        await Harness.DisableAsync(Credential, disabled);
        var retained = new Dictionary<SecretRef, string>();
        await foreach (var material in Assert.IsAssignableFrom<ISecretArchive>(Harness.Store).ReadRetainedAsync(Context, CancellationToken.None))
        {
            retained.Add(material.Reference, material.Fields["value"].RevealString());
            material.Dispose();
        }

        Assert.Equal(3, retained.Count);
        Assert.Equal("disabled", retained[new SecretRef(Credential, disabled)]);
        Assert.Equal("current", retained[new SecretRef(Credential, current)]);
        Assert.Equal("other", retained[new SecretRef(other, single)]);
    }

    [Fact]
    public async Task Is_empty_in_a_new_store()
    {
        await foreach (var material in Assert.IsAssignableFrom<ISecretArchive>(Harness.Store).ReadRetainedAsync(Context, CancellationToken.None))
        {
            Assert.Fail($"There is {material}.");
        }
    }
}
