using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>Stores whose versions can be disabled.</summary>
public abstract class SecretStoreDisableConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDisable, new()
{
    [Fact]
    public async Task Refuses_a_disabled_version()
    {
        var version = await SetAsync("value");
        await Harness.DisableAsync(Credential, version);
        await AssertFailedAsync(SecretFailureKind.Disabled, Read(version));
    }

    [Fact]
    public async Task Does_not_fall_back_to_an_older_version_when_the_current_one_is_disabled()
    {
        var old = await SetAsync("old");
        await Harness.DisableAsync(Credential, await SetAsync("current"));
        await AssertFailedAsync(SecretFailureKind.Disabled, Read());
        AssertValue("old", await FoundAsync(Read(old)));
    }

    [Fact]
    public async Task Reads_the_current_version_when_an_older_one_is_disabled()
    {
        var old = await SetAsync("old");
        await SetAsync("current");
        await Harness.DisableAsync(Credential, old);
        AssertValue("current", await FoundAsync(Read()));
    }
}

/// <summary>Stores whose versions can be deleted one by one.</summary>
public abstract class SecretStoreDeleteConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDelete, new()
{
    [Fact]
    public async Task Refuses_a_deleted_version()
    {
        var version = await SetAsync("value");
        await Harness.DeleteAsync(Credential, version);
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(version));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read());
    }

    [Fact]
    public async Task Does_not_fall_back_to_an_older_version_when_the_current_one_is_deleted()
    {
        var old = await SetAsync("old");
        await Harness.DeleteAsync(Credential, await SetAsync("current"));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read());
        AssertValue("old", await FoundAsync(Read(old)));
    }

    [Fact]
    public async Task Gives_a_number_that_was_never_used_after_a_deletion()
    {
        var deleted = await SetAsync("deleted");
        await Harness.DeleteAsync(Credential, deleted);
        Assert.NotEqual(deleted, await SetAsync("next"));
        AssertValue("next", await FoundAsync(Read()));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(deleted));
    }
}

/// <summary>Stores that delete credentials whole.</summary>
public abstract class SecretStoreWholeDeleteConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDeleteAll, new()
{
    [Fact]
    public async Task Refuses_every_version_of_a_deleted_credential_and_no_other()
    {
        var first = await SetAsync("first");
        var second = await SetAsync("second");
        var other = AgentRuntime.Names.CredentialName.Parse("crm/write");
        await Harness.SetAsync(other, Fields(("value", "other")));
        await Harness.DeleteAllAsync(Credential);
        await AssertFailedAsync(SecretFailureKind.Deleted, Read());
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(first));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(second));
        AssertValue("other", await FoundAsync(new SecretReadRequest(other, null, Context)));
    }
}

/// <summary>Stores that know identities.</summary>
public abstract class SecretStoreDenyConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanDeny, new()
{
    [Fact]
    public async Task Says_that_a_read_was_denied()
    {
        await SetAsync("value");
        await Harness.DenyAsync(Credential);
        await AssertFailedAsync(SecretFailureKind.Denied, Read());
    }
}

/// <summary>Stores that limit the rate of requests.</summary>
public abstract class SecretStoreThrottleConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, ICanThrottle, new()
{
    [Fact]
    public async Task Says_that_it_was_throttled_and_recovers()
    {
        await SetAsync("value");
        await using (await Harness.ThrottleAsync())
        {
            await AssertFailedAsync(SecretFailureKind.Throttled, Read());
        }

        AssertValue("value", await FoundAsync(Read()));
    }
}
