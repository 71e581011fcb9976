using AgentRuntime.Cli.Commands.Credentials;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class CredentialCopyTests : IDisposable
{
    private static readonly CredentialName Crm = CredentialName.Parse("crm/read");
    private static readonly CredentialName Email = CredentialName.Parse("email/send");
    private static readonly SecretAccessContext Access = new() { Principal = "user:maria", Purpose = "copy" };

    private readonly InMemorySecretStore _from = new();
    private readonly InMemorySecretStore _to = new();
    private readonly Scrubber _scrubber = new(new ScrubberOptions());
    private readonly TestFolder _folder = new();
    private readonly string _key = SampleKeys.NewText();
    private readonly string _password = SampleKeys.NewText();

    public CredentialCopyTests()
    {
        _from.Put("crm/read", _key);
        _from.Put("email/send", ("username", "billing"), ("password", _password));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copies_every_field_and_proves_it_and_a_second_time_finds_the_same()
    {
        var first = await RunAsync();
        var second = await RunAsync();

        Assert.Equal([CopyOutcome.Copied, CopyOutcome.Copied], first.Select(one => one.Outcome));
        Assert.Equal(["1", "1"], first.Select(one => one.ToVersion?.Value));
        Assert.Equal([CopyOutcome.Same, CopyOutcome.Same], second.Select(one => one.Outcome));
        Assert.Equal(ExitCode.Success, CredentialsCopyCommand.ExitOf(second));
        Assert.Equal((_key, "billing", _password), (await ValueAsync(_to, Crm), await ValueAsync(_to, Email, "username"), await ValueAsync(_to, Email, "password")));
        Assert.Single((await _to.DescribeAsync(Crm, Access, CancellationToken.None))!.Versions);
    }

    [Fact]
    public async Task Copies_into_the_embedded_store_and_back()
    {
        await using var embedded = await EmbeddedSecretStore.OpenAsync(
            new EmbeddedStoreOptions { Path = _folder.File("secrets.db"), MasterKey = MasterKeySource.UserFile(_folder.Home, "copy") }, TimeProvider.System, CancellationToken.None);

        Assert.All(await RunAsync(to: embedded), one => Assert.Equal(CopyOutcome.Copied, one.Outcome));
        Assert.All(await RunAsync(from: embedded, to: _to), one => Assert.Equal(CopyOutcome.Copied, one.Outcome));

        Assert.Equal(_password, await ValueAsync(_to, Email, "password"));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        _to.Put("crm/read", _key);

        var results = await RunAsync(dryRun: true);

        Assert.Equal([CopyOutcome.Same, CopyOutcome.WouldCopy], results.Select(one => one.Outcome));
        Assert.Null(await _to.DescribeAsync(Email, Access, CancellationToken.None));
        Assert.Equal(ExitCode.Success, CredentialsCopyCommand.ExitOf(results));
    }

    [Fact]
    public async Task What_differs_is_left_alone_unless_it_is_to_be_overwritten()
    {
        _to.Put("crm/read", SampleKeys.NewText());
        _to.Put("email/send", ("username", "billing"), ("password", _password), ("more", "field"));

        var refused = await RunAsync();
        Assert.Equal([CopyOutcome.Differs, CopyOutcome.Differs], refused.Select(one => one.Outcome));
        Assert.Equal(ExitCode.Failed, CredentialsCopyCommand.ExitOf(refused));
        Assert.Single((await _to.DescribeAsync(Crm, Access, CancellationToken.None))!.Versions);

        var done = await RunAsync(overwrite: true);
        Assert.Equal([CopyOutcome.Copied, CopyOutcome.Copied], done.Select(one => one.Outcome));
        Assert.Equal(["2", "2"], done.Select(one => one.ToVersion?.Value));
        Assert.Equal(_key, await ValueAsync(_to, Crm));
    }

    [Fact]
    public async Task What_was_disabled_in_the_target_is_not_brought_back_unasked()
    {
        _to.Put("crm/read", _key);
        await _to.DisableAsync(Crm, null, Access, CancellationToken.None);

        Assert.Equal(CopyOutcome.Differs, (await RunAsync())[0].Outcome);
        Assert.Equal(CopyOutcome.Copied, (await RunAsync(overwrite: true))[0].Outcome);
    }

    [Fact]
    public async Task Somebody_who_writes_in_between_is_not_overwritten()
    {
        var theirs = SampleKeys.NewText();
        var target = new HookedTarget(_to) { BeforeSet = () => _to.Put("crm/read", theirs) };

        var result = (await RunAsync(to: target))[0];

        Assert.Equal((CopyOutcome.Failed, SecretFailureKind.Conflict), (result.Outcome, result.Failure));
        Assert.Equal(theirs, await ValueAsync(_to, Crm));
    }

    [Fact]
    public async Task A_missing_value_does_not_stop_the_others()
    {
        await _from.DeleteAsync(Crm, null, Access, CancellationToken.None);

        var results = await RunAsync(names: [CredentialName.Parse("crm/none"), Crm, Email]);

        Assert.Equal([CopyOutcome.Missing, CopyOutcome.Failed, CopyOutcome.Copied], results.Select(one => one.Outcome));
        Assert.Equal(ExitCode.Failed, CredentialsCopyCommand.ExitOf(results));
    }

    [Fact]
    public async Task A_store_that_lies_is_found_out()
    {
        var target = new HookedTarget(_to) { Reads = request => request.Version is null ? null : Found(request.Credential, SampleKeys.NewText()) };

        var results = await RunAsync(to: target);

        Assert.All(results, one => Assert.Equal((CopyOutcome.Failed, SecretFailureKind.Integrity), (one.Outcome, one.Failure)));
        Assert.Equal(ExitCode.Integrity, CredentialsCopyCommand.ExitOf(results));
    }

    [Fact]
    public async Task What_cannot_be_read_back_is_not_called_copied()
    {
        _to.Deny(Crm);

        var results = await RunAsync();

        Assert.Equal([CopyOutcome.Failed, CopyOutcome.Copied], results.Select(one => one.Outcome));
        Assert.Equal(ExitCode.Denied, CredentialsCopyCommand.ExitOf(results));
    }

    [Fact]
    public async Task An_unavailable_target_is_asked_once()
    {
        _to.Break();

        var results = await RunAsync();

        Assert.All(results, one => Assert.Equal((CopyOutcome.Failed, SecretFailureKind.Unavailable), (one.Outcome, one.Failure)));
        Assert.Single(_from.Requests);
        Assert.Equal(ExitCode.Unavailable, CredentialsCopyCommand.ExitOf(results));
    }

    [Fact]
    public async Task A_store_that_cannot_be_described_is_a_failure_with_its_reason()
    {
        var target = new HookedTarget(_to) { BeforeDescribe = () => throw new SecretStoreException(SecretFailureKind.Denied, "Not allowed to look.") };

        Assert.All(await RunAsync(to: target), one => Assert.Equal((CopyOutcome.Failed, "Not allowed to look."), (one.Outcome, one.Reason)));
    }

    [Fact]
    public async Task Stopped_in_the_middle_it_can_be_run_again()
    {
        using var stop = new CancellationTokenSource();
        var target = new HookedTarget(_to) { AfterSet = stop.Cancel };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(to: target, cancellationToken: stop.Token));
        AssertZeroed();
        var results = await RunAsync();

        Assert.Equal([CopyOutcome.Same, CopyOutcome.Copied], results.Select(one => one.Outcome));
    }

    [Fact]
    public async Task Every_value_is_zeroed_every_right_is_ended_and_every_read_says_what_it_is_for()
    {
        var rights = new AccessMakingStore(_from);
        _to.Put("crm/read", SampleKeys.NewText());

        await RunAsync(from: rights, overwrite: true);

        AssertZeroed();
        Assert.Equal(2, rights.Made.Count);
        Assert.All(rights.Made, right => Assert.True(right.Ended));
        Assert.All(_from.Requests.Concat(_to.Requests), request => Assert.Equal("copy", request.Context.Purpose));
    }

    [Fact]
    public async Task Nothing_that_is_shown_holds_a_value_and_the_scrubber_knows_them_all()
    {
        var other = SampleKeys.NewText();
        _to.Put("crm/read", other);
        var results = await RunAsync(to: new HookedTarget(_to));
        using var shown = new StringWriter();
        using var json = new MemoryStream();

        CopyView.WriteText(new PlainText(shown), "embedded", "vault", results);
        await using (var writer = new System.Text.Json.Utf8JsonWriter(json))
        {
            CopyView.WriteJson(writer, "embedded", "vault", isDryRun: false, results);
        }

        var all = shown + System.Text.Encoding.UTF8.GetString(json.ToArray()) + string.Join('\n', results);
        Assert.Contains("copied and verified", all);
        Assert.Empty(new LeakDetector(("key", _key), ("other", other), ("password", _password)).Search(all));
        Assert.All([_key, other, _password], value => Assert.True(_scrubber.HoldsKnownValue($"before {value} after")));
    }

    private static SecretReadResult.Found Found(CredentialName name, string value) =>
        new(SecretMaterial.Single(new SecretRef(name, new CredentialVersion("1")), SecretValue.CopyUtf8(value)));

    private static async Task<string> ValueAsync(InMemorySecretStore store, CredentialName name, string field = SecretMaterial.ValueField)
    {
        var read = await store.ReadAsync(new SecretReadRequest(name, null, Access), CancellationToken.None);
        using var material = Assert.IsType<SecretReadResult.Found>(read).Material;
        return material.Fields[field].RevealString();
    }

    private void AssertZeroed() =>
        Assert.All(_from.HandedOut.Concat(_to.HandedOut).SelectMany(material => material.Fields.Values), value => Assert.Throws<ObjectDisposedException>(() => value.Length));

    private Task<IReadOnlyList<CopyResult>> RunAsync(
        ISecretStore? from = null, ISecretStore? to = null, CredentialName[]? names = null, bool dryRun = false, bool overwrite = false, CancellationToken cancellationToken = default) =>
        new CredentialCopy(from ?? _from, CopyTarget.Of(to ?? _to), _scrubber, Access) { IsDryRun = dryRun, Overwrites = overwrite }.RunAsync(names ?? [Crm, Email], cancellationToken);

    /// <summary>A target that something happens to.</summary>
    private sealed class HookedTarget(InMemorySecretStore inner) : ISecretStore, ISecretWriter, ISecretMetadata
    {
        public Action? BeforeSet { get; init; }

        public Action? AfterSet { get; init; }

        public Action? BeforeDescribe { get; init; }

        public Func<SecretReadRequest, SecretReadResult?>? Reads { get; init; }

        public string Name => "hooked";

        public ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken) =>
            Reads?.Invoke(request) is { } made ? ValueTask.FromResult(made) : inner.ReadAsync(request, cancellationToken);

        public async ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
        {
            BeforeSet?.Invoke();
            var result = await inner.SetAsync(credential, fields, condition, context, cancellationToken);
            AfterSet?.Invoke();
            return result;
        }

        public ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken)
        {
            BeforeDescribe?.Invoke();
            return inner.DescribeAsync(credential, context, cancellationToken);
        }
    }
}
