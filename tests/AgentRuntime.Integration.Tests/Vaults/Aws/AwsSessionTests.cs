using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Aws;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Vaults.Aws.Sessions;
using AgentRuntime.Workspaces;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsSessionTests : IAsyncLifetime
{
    private AwsPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await AwsPlace.StartAsync();
        _place.Aws.Vault.Put(AwsPlace.SecretName, "value");
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Reads_with_a_session_that_names_run_and_step_and_can_read_one_secret_only()
    {
        _place.Aws.ExternalId = "external-1";
        var store = _place.Open(settings => settings with { ExternalId = "external-1" });
        var found = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(AwsPlace.Read("each[2].find"), CancellationToken.None));
        var session = Assert.Single(_place.Aws.Sessions);
        Assert.Equal("run_1@each.2.find", session.Name);
        Assert.Equal(900, session.DurationSeconds);
        Assert.Equal("external-1", session.ExternalId);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["run"] = "run_1", ["step"] = "each-2-.find", ["workflow"] = "invoice", ["server"] = "crm", ["scope"] = "read", ["purpose"] = "step" },
            session.Tags);
        Assert.Equal(
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:eu-central-1:123456789012:secret:agentruntime/crm/read-??????"},{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"secretsmanager.eu-central-1.amazonaws.com"},"StringLike":{"kms:EncryptionContext:SecretARN":"arn:aws:secretsmanager:eu-central-1:123456789012:secret:agentruntime/crm/read-??????"}}}]}""",
            session.Policy);
        var read = Assert.Single(_place.Aws.Calls, call => call.Operation == "GetSecretValue");
        Assert.Equal((session.Name, "AWSCURRENT", found.StoreRequestId), (read.Session, read.Label, read.RequestId));
        Assert.Equal(session.Name, found.TokenAccessor);
        Assert.Equal(session.Name, found.Access!.Accessor);
    }

    [Fact]
    public async Task Prepares_the_session_ahead_without_reading_and_the_read_makes_no_other()
    {
        var store = _place.Open();
        var request = AwsPlace.Read();
        var access = await store.PrepareAsync(request, CancellationToken.None);
        Assert.Equal(["AssumeRole"], _place.Aws.Calls.Select(call => call.Operation));
        var found = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(request with { Access = access }, CancellationToken.None));
        Assert.Same(access, found.Access);
        Assert.Equal(["AssumeRole", "GetSecretValue"], _place.Aws.Calls.Select(call => call.Operation));
    }

    [Fact]
    public async Task Forgets_the_keys_when_the_access_ends()
    {
        var store = _place.Open();
        var access = Assert.IsType<SessionAccess>(await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.True(access.Session.Keys.SecretKey.Length > 0);
        await access.DisposeAsync();
        await access.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => access.Session.Keys.SecretKey.Length);
        Assert.Throws<ObjectDisposedException>(() => access.Session.Keys.Token!.Length);
    }

    [Fact]
    public async Task Ends_a_prepared_access_when_the_read_fails_or_is_cancelled()
    {
        var store = _place.Open();
        var missing = AwsPlace.Read(credential: CredentialName.Parse("no/such"));
        var failing = Assert.IsType<SessionAccess>(await store.PrepareAsync(missing, CancellationToken.None));
        Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(missing with { Access = failing }, CancellationToken.None));
        Assert.Throws<ObjectDisposedException>(() => failing.Session.Keys.SecretKey.Length);

        var cancelled = Assert.IsType<SessionAccess>(await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ReadAsync(AwsPlace.Read() with { Access = cancelled }, new CancellationToken(canceled: true)));
        Assert.Throws<ObjectDisposedException>(() => cancelled.Session.Keys.SecretKey.Length);
    }

    [Fact]
    public async Task Makes_a_session_for_each_attempt_and_keeps_no_value()
    {
        var store = _place.Open();
        await ValueAsync(store, AwsPlace.Read("find"));
        _place.Aws.Vault.Put(AwsPlace.SecretName, "rotated");
        Assert.Equal("rotated", await ValueAsync(store, AwsPlace.Read("send")));
        Assert.Equal(["run_1@find", "run_1@send"], _place.Aws.Sessions.Select(session => session.Name));
    }

    [Fact]
    public async Task Shares_the_session_of_a_run_when_told_to_and_says_so_in_its_name()
    {
        var store = _place.Open(settings => settings with { Session = AwsSessionUse.Run });
        await ValueAsync(store, AwsPlace.Read("find"));
        _place.Aws.Vault.Put(AwsPlace.SecretName, "rotated");
        Assert.Equal("rotated", await ValueAsync(store, AwsPlace.Read("send")));
        await ValueAsync(store, AwsPlace.Read("find", run: "run_2"));
        _place.Aws.Vault.Put("agentruntime/crm/write", "other");
        await ValueAsync(store, AwsPlace.Read("write", credential: CredentialName.Parse("crm/write")));
        Assert.Equal(["run_1", "run_2", "run_1"], _place.Aws.Sessions.Select(session => session.Name));
        Assert.All(_place.Aws.Sessions, session => Assert.DoesNotContain("step", session.Tags.Keys));
    }

    [Fact]
    public async Task Makes_a_new_shared_session_before_the_old_one_runs_out()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _place.Aws.Time = time;
        var store = _place.Open(settings => settings with { Session = AwsSessionUse.Run }, time);
        await ValueAsync(store, AwsPlace.Read());
        time.Advance(TimeSpan.FromMinutes(13));
        await ValueAsync(store, AwsPlace.Read());
        Assert.Single(_place.Aws.Sessions);
        time.Advance(TimeSpan.FromMinutes(1.5));
        await ValueAsync(store, AwsPlace.Read());
        Assert.Equal(2, _place.Aws.Sessions.Count);
    }

    [Theory]
    [InlineData(AwsSessionUse.Step)]
    [InlineData(AwsSessionUse.Run)]
    public async Task Assumes_the_role_again_once_when_the_session_has_run_out(AwsSessionUse use)
    {
        var store = _place.Open(settings => settings with { Session = use });
        var access = await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None);
        _place.Aws.EndSessions();
        Assert.Equal("value", await ValueAsync(store, AwsPlace.Read() with { Access = access }));
        Assert.Equal(2, _place.Aws.Sessions.Count);
        Assert.Throws<ObjectDisposedException>(() => ((SessionAccess)access!).Session.Keys.SecretKey.Length);
    }

    [Fact]
    public async Task Gives_up_when_new_sessions_are_refused_too()
    {
        var store = _place.Open();
        var access = await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None);
        _place.Aws.Faults.Service = "secretsmanager";
        _place.Aws.Faults.FailWith("ExpiredTokenException");
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(AwsPlace.Read() with { Access = access }, CancellationToken.None));
        Assert.Equal(SecretFailureKind.Denied, failed.Kind);
        Assert.Equal(2, _place.Aws.Sessions.Count);
    }

    [Fact]
    public async Task Says_that_the_role_is_refused_and_prepares_nothing()
    {
        _place.Aws.ExternalId = "another";
        var store = _place.Open();
        Assert.Null(await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None));
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Equal(SecretFailureKind.Denied, failed.Kind);
        Assert.Contains(FakeSecretsManager.RoleArn, failed.Message);
        Assert.Contains("sts:TagSession", failed.Message);
        Assert.NotNull(failed.StoreRequestId);
    }

    [Fact]
    public async Task Decrypts_with_a_key_of_the_customer()
    {
        _place.Aws.Vault.Find(AwsPlace.SecretName)!.HasCustomerKey = true;
        Assert.Equal("value", await ValueAsync(_place.Open(), AwsPlace.Read()));
    }

    [Fact]
    public async Task Names_no_session_without_a_role()
    {
        _place.Aws.IdentityMayRead = true;
        var store = _place.Open(settings => settings with { Role = null });
        Assert.Null(await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None));
        var found = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Null(found.TokenAccessor);
        Assert.Null(found.Access);
        Assert.Empty(_place.Aws.Sessions);
    }

    [Fact]
    public void Keeps_names_of_sessions_within_the_rules_of_AWS_and_apart()
    {
        var run = "run_" + new string('0', 26);
        string Name(string step) => SessionNames.Name(AwsPlace.Read(step, run).Context, AwsSessionUse.Step);
        var deep = string.Join('.', Enumerable.Range(0, 20).Select(i => $"each_customer[{i}]"));
        string[] names = [Name("find"), Name(deep + ".a"), Name(deep + ".b"), Name("ünïcode"), SessionNames.Name(AwsPlace.Owner, AwsSessionUse.Step)];
        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9_+=,.@-]{2,64}$", name));
        Assert.Distinct(names);
        Assert.All(names[..4], name => Assert.StartsWith(run, name));
        Assert.All(SessionNames.Tags(AwsPlace.Credential, AwsPlace.Read(deep + deep, run).Context, AwsSessionUse.Step), tag => Assert.Matches("^[A-Za-z0-9 _.:/=+@-]{1,256}$", tag.Value));
    }

    [Fact]
    public async Task Serves_a_hundred_leases_side_by_side()
    {
        var store = _place.Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            var request = AwsPlace.Read($"step{i}");
            var access = await store.PrepareAsync(request, CancellationToken.None);
            Assert.Equal("value", await ValueAsync(store, request with { Access = access }));
        })));
        Assert.Equal(100, _place.Aws.Sessions.Select(session => session.Name).Distinct().Count());
        Assert.All(_place.Aws.Calls.Where(call => call.Operation == "GetSecretValue"), call => Assert.NotNull(call.Session));
    }

    private static async Task<string> ValueAsync(AwsSecretStore store, SecretReadRequest request)
    {
        var found = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(request, CancellationToken.None));
        using var material = found.Material;
        if (found.Access is { } access)
        {
            await access.DisposeAsync();
        }

        return material.Fields["value"].RevealString();
    }
}
