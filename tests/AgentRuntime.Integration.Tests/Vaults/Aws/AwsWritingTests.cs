using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsWritingTests : IAsyncLifetime
{
    private AwsPlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await AwsPlace.StartAsync();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Leaves_no_label_of_its_own_after_a_checked_write()
    {
        var first = await WriteAsync("first", WriteCondition.NotThere);
        var second = await WriteAsync("second", WriteCondition.NewestIs(first.Version!.Value));
        var secret = _place.Aws.Vault.Find(AwsPlace.SecretName)!;
        Assert.Equal([["AWSPREVIOUS"], ["AWSCURRENT"]], secret.Versions.Select(version => version.Labels.ToArray()));
        Assert.Equal(second.Version!.Value.Value, secret.With("AWSCURRENT")!.Id);
    }

    [Fact]
    public async Task Stores_nothing_when_the_newest_version_is_another()
    {
        var first = await WriteAsync("first", WriteCondition.NotThere);
        _place.Aws.Vault.Put(AwsPlace.SecretName, "of somebody else");
        Assert.Equal(SecretFailureKind.Conflict, (await WriteAsync("never", WriteCondition.NewestIs(first.Version!.Value))).Failure);
        Assert.Equal(2, _place.Aws.Vault.Find(AwsPlace.SecretName)!.Versions.Count);
        Assert.Equal(SecretFailureKind.Conflict, (await WriteAsync("never", WriteCondition.NotThere)).Failure);
    }

    [Fact]
    public async Task Says_that_the_secret_has_gone_in_between() =>
        Assert.Equal(SecretFailureKind.Conflict, (await WriteAsync("never", WriteCondition.NewestIs(new CredentialVersion(Guid.NewGuid().ToString())))).Failure);

    [Fact]
    public async Task Does_not_bring_a_deleted_secret_back_by_itself()
    {
        await WriteAsync("leaked", WriteCondition.None);
        await _place.Open().DeleteAsync(AwsPlace.Credential, null, AwsPlace.Owner, CancellationToken.None);
        foreach (var condition in new[] { WriteCondition.None, WriteCondition.NotThere })
        {
            var refused = await WriteAsync("fresh", condition);
            Assert.Equal(SecretFailureKind.Deleted, refused.Failure);
            Assert.Contains("restore-secret", refused.Message);
        }

        var description = await _place.Open().DescribeAsync(AwsPlace.Credential, AwsPlace.Owner, CancellationToken.None);
        Assert.Null(description!.Current);
        Assert.Equal([SecretVersionState.Deleted], description.Versions.Select(version => version.State));
    }

    [Fact]
    public async Task Says_that_one_version_cannot_be_deleted_alone()
    {
        var first = (await WriteAsync("first", WriteCondition.None)).Version!.Value;
        var refused = await _place.Open().DeleteAsync(AwsPlace.Credential, first, AwsPlace.Owner, CancellationToken.None);
        Assert.Equal(SecretFailureKind.Invalid, refused.Failure);
        Assert.Contains(first.Value, refused.Message);
        Assert.Null(_place.Aws.Vault.Find(AwsPlace.SecretName)!.Deleted);
    }

    [Fact]
    public async Task Says_that_no_more_versions_can_be_disabled()
    {
        var store = _place.Open();
        SecretWriteResult? last = null;
        for (var i = 0; i < 20 && last is not { Succeeded: false }; i++)
        {
            await WriteAsync($"value {i}", WriteCondition.None);
            last = await store.DisableAsync(AwsPlace.Credential, null, AwsPlace.Owner, CancellationToken.None);
        }

        Assert.Equal(SecretFailureKind.Invalid, last!.Failure);
        Assert.Contains("20 staging labels", last.Message);
    }

    [Fact]
    public async Task Stays_disabled_when_the_label_of_the_current_version_comes_back_to_it()
    {
        var store = _place.Open();
        var first = (await WriteAsync("leaked", WriteCondition.None)).Version!.Value;
        await store.DisableAsync(AwsPlace.Credential, null, AwsPlace.Owner, CancellationToken.None);
        await WriteAsync("fresh", WriteCondition.NewestIs(first));
        var secret = _place.Aws.Vault.Find(AwsPlace.SecretName)!;
        secret.Move("AWSCURRENT", secret.Versions[0]);
        Assert.Equal(SecretFailureKind.Disabled, Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(AwsPlace.Read(), CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task Repeats_a_write_whose_answer_was_lost_without_storing_it_twice()
    {
        var first = await WriteAsync("first", WriteCondition.None);
        _place.Aws.Faults.FailNext("InternalServiceError", times: 2);
        Assert.True((await WriteAsync("second", WriteCondition.NewestIs(first.Version!.Value))).Succeeded);
        Assert.Equal(2, _place.Aws.Vault.Find(AwsPlace.SecretName)!.Versions.Count);
    }

    [Fact]
    public async Task Lists_page_by_page_its_own_names_only_and_asks_for_known_ones_when_it_may_not_list()
    {
        _place.Aws.Vault.PageSize = 2;
        foreach (var name in new[] { "agentruntime/crm/read", "agentruntime/crm/write", "agentruntime/mail/send", "agentruntime/not-ours", "agentruntime/too/many/parts", "other/crm/read" })
        {
            _place.Aws.Vault.Put(name, "x");
        }

        var store = _place.Open();
        CredentialName[] known = [AwsPlace.Credential, CredentialName.Parse("no/such")];
        Assert.Equal(["crm/read", "crm/write", "mail/send"], (await store.ListAsync(known, AwsPlace.Owner, CancellationToken.None)).Select(one => one.Credential.ToString()));
        _place.Aws.Faults.FailNext("AccessDeniedException");
        Assert.Equal(["crm/read"], (await store.ListAsync(known, AwsPlace.Owner, CancellationToken.None)).Select(one => one.Credential.ToString()));
    }

    [Fact]
    public async Task Hides_a_version_that_a_lost_race_left_behind()
    {
        await WriteAsync("current", WriteCondition.None);
        var secret = _place.Aws.Vault.Find(AwsPlace.SecretName)!;
        var left = new TestKit.Aws.FakeVersion(Guid.NewGuid().ToString(), "lost", null, DateTimeOffset.UtcNow.AddSeconds(5));
        secret.Add(left, [$"AGENTRUNTIME_WRITING_{left.Id}"]);
        var description = await _place.Open().DescribeAsync(AwsPlace.Credential, AwsPlace.Owner, CancellationToken.None);
        Assert.Equal(description!.Current, Assert.Single(description.Versions).Version);
    }

    private async Task<SecretWriteResult> WriteAsync(string value, WriteCondition condition)
    {
        using var secret = SecretValue.CopyUtf8(value);
        return await _place.Open().SetAsync(AwsPlace.Credential, new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = secret }, condition, AwsPlace.Owner, CancellationToken.None);
    }
}
