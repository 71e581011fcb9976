using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>Stores that implement <see cref="ISecretWriter"/>.</summary>
public abstract class SecretWriterConformance<THarness> : SecretWriterTest<THarness>
    where THarness : SecretStoreHarness, new()
{
    [Fact]
    public async Task Stores_a_new_current_version()
    {
        var first = await WriteAsync("first");
        var second = await WriteAsync("second");
        Assert.NotEqual(first, second);
        var material = await FoundAsync(Read());
        AssertValue("second", material);
        Assert.Equal(second, material.Reference.Version);
    }

    [Fact]
    public async Task Leaves_the_callers_values_to_the_caller()
    {
        using var value = SecretValue.CopyUtf8("mine");
        var result = await Writer.SetAsync(Credential, new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = value }, WriteCondition.None, Context, CancellationToken.None);
        Assert.True(result.Succeeded, result.Message);
        Assert.Equal("mine", value.RevealString());
        value.Dispose();
        AssertValue("mine", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Disables_and_enables_the_current_version()
    {
        var version = await WriteAsync("value");
        Assert.Equal(version, Succeeded(await Writer.DisableAsync(Credential, null, Context, CancellationToken.None)));
        await AssertFailedAsync(SecretFailureKind.Disabled, Read());
        Assert.Equal(version, Succeeded(await Writer.EnableAsync(Credential, null, Context, CancellationToken.None)));
        AssertValue("value", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Disables_only_the_version_that_was_named()
    {
        var first = await WriteAsync("first");
        await WriteAsync("second");
        Succeeded(await Writer.DisableAsync(Credential, first, Context, CancellationToken.None));
        await AssertFailedAsync(SecretFailureKind.Disabled, Read(first));
        AssertValue("second", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Makes_the_new_version_readable_when_the_old_one_was_disabled()
    {
        await WriteAsync("leaked");
        Succeeded(await Writer.DisableAsync(Credential, null, Context, CancellationToken.None));
        await WriteAsync("fresh");
        AssertValue("fresh", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Deletes_every_version()
    {
        var first = await WriteAsync("first");
        var second = await WriteAsync("second");
        Assert.Null(Succeeded(await Writer.DeleteAsync(Credential, null, Context, CancellationToken.None)));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(first));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(second));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read());
    }

    [Fact]
    public async Task Says_that_there_is_nothing_to_change()
    {
        await WriteAsync("value");
        var unknown = new CredentialVersion("99");
        var other = CredentialName.Parse("no/such");
        SecretWriteResult[] results =
        [
            await Writer.DisableAsync(other, null, Context, CancellationToken.None),
            await Writer.EnableAsync(other, null, Context, CancellationToken.None),
            await Writer.DeleteAsync(other, null, Context, CancellationToken.None),
            await Writer.DisableAsync(Credential, unknown, Context, CancellationToken.None),
            await Writer.EnableAsync(Credential, unknown, Context, CancellationToken.None),
        ];
        Assert.All(results, result =>
        {
            Assert.Equal(SecretFailureKind.Missing, result.Failure);
            Assert.False(string.IsNullOrWhiteSpace(result.Message));
        });
    }

    [Fact]
    public async Task Says_that_a_write_cannot_be_done_and_changes_nothing()
    {
        await WriteAsync("before");
        await Harness.BreakAsync();
        using var value = SecretValue.CopyUtf8("canary-2ab1-never");
        var result = await Writer.SetAsync(Credential, new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = value }, WriteCondition.None, Context, CancellationToken.None);
        await Harness.RepairAsync();
        Assert.Equal(SecretFailureKind.Unavailable, result.Failure);
        Assert.DoesNotContain("canary-2ab1-never", result.ToString());
        AssertValue("before", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Gives_each_of_many_writers_a_version_of_its_own()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => WriteAsync($"value {i}"))));
        Assert.Distinct(versions);
        for (var i = 0; i < versions.Length; i++)
        {
            AssertValue($"value {i}", await FoundAsync(Read(versions[i])));
        }
    }

    [Fact]
    public async Task Stores_only_while_the_newest_version_is_the_one_that_was_seen()
    {
        Assert.Null((await WriteAsync("first", WriteCondition.NotThere)).Failure);
        await AssertConflictAsync(WriteCondition.NotThere);
        var first = (await FoundAsync(Read())).Reference.Version;
        var second = Assert.NotNull(Succeeded(await WriteAsync("second", WriteCondition.NewestIs(first))));
        await AssertConflictAsync(WriteCondition.NewestIs(first));
        AssertValue("second", await FoundAsync(Read()));
        Succeeded(await Writer.DisableAsync(Credential, second, Context, CancellationToken.None));
        await AssertConflictAsync(WriteCondition.NewestIs(first));
        Succeeded(await WriteAsync("third", WriteCondition.NewestIs(second)));
        AssertValue("third", await FoundAsync(Read()));
    }

    private async Task AssertConflictAsync(WriteCondition condition)
    {
        var result = await WriteAsync("never", condition);
        Assert.Equal(SecretFailureKind.Conflict, result.Failure);
        Assert.False(string.IsNullOrWhiteSpace(result.Message));
    }
}

/// <summary>Stores that implement <see cref="ISecretWriter"/> and whose service checks the condition of a write by itself: of many writers at once, one wins.</summary>
public abstract class SecretWriterCasConformance<THarness> : SecretWriterTest<THarness>
    where THarness : SecretStoreHarness, new()
{
    [Fact]
    public async Task Lets_one_of_many_writers_win_who_saw_the_same_version()
    {
        var seen = WriteCondition.NewestIs(await WriteAsync("seen"));
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteAsync($"value {i}", seen))));
        var winner = Assert.Single(Enumerable.Range(0, 8), i => results[i].Succeeded);
        Assert.All(results.Where(result => !result.Succeeded), result => Assert.Equal(SecretFailureKind.Conflict, result.Failure));
        AssertValue($"value {winner}", await FoundAsync(Read()));
    }
}

/// <summary>Stores that implement <see cref="ISecretWriter"/> and delete versions one by one.</summary>
public abstract class SecretWriterVersionDeleteConformance<THarness> : SecretWriterTest<THarness>
    where THarness : SecretStoreHarness, new()
{
    [Fact]
    public async Task Deletes_one_version()
    {
        var first = await WriteAsync("first");
        await WriteAsync("second");
        Assert.Equal(first, Succeeded(await Writer.DeleteAsync(Credential, first, Context, CancellationToken.None)));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read(first));
        AssertValue("second", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Deletes_again_without_harm()
    {
        var version = await WriteAsync("value");
        Succeeded(await Writer.DeleteAsync(Credential, version, Context, CancellationToken.None));
        Succeeded(await Writer.DeleteAsync(Credential, version, Context, CancellationToken.None));
        await AssertFailedAsync(SecretFailureKind.Deleted, Read());
    }

    [Fact]
    public async Task Cannot_bring_a_deleted_version_back()
    {
        var version = await WriteAsync("value");
        Succeeded(await Writer.DeleteAsync(Credential, version, Context, CancellationToken.None));
        Assert.Equal(SecretFailureKind.Deleted, (await Writer.EnableAsync(Credential, version, Context, CancellationToken.None)).Failure);
        Assert.Equal(SecretFailureKind.Deleted, (await Writer.DisableAsync(Credential, version, Context, CancellationToken.None)).Failure);
    }

    [Fact]
    public async Task Says_that_there_is_no_such_version_to_delete()
    {
        await WriteAsync("value");
        var result = await Writer.DeleteAsync(Credential, new CredentialVersion("99"), Context, CancellationToken.None);
        Assert.Equal(SecretFailureKind.Missing, result.Failure);
        Assert.False(string.IsNullOrWhiteSpace(result.Message));
    }
}

/// <summary>What tests of writers share.</summary>
public abstract class SecretWriterTest<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, new()
{
    protected ISecretWriter Writer => Assert.IsAssignableFrom<ISecretWriter>(Harness.Store);

    protected static CredentialVersion? Succeeded(SecretWriteResult result)
    {
        Assert.True(result.Succeeded, result.Message);
        return result.Version;
    }

    protected async Task<CredentialVersion> WriteAsync(string value) => Assert.NotNull(Succeeded(await WriteAsync(value, WriteCondition.None)));

    protected async Task<SecretWriteResult> WriteAsync(string value, WriteCondition condition)
    {
        using var secret = SecretValue.CopyUtf8(value);
        return await Writer.SetAsync(Credential, new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = secret }, condition, Context, CancellationToken.None);
    }
}
