using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsErrorTests : IAsyncLifetime
{
    private AwsPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await AwsPlace.StartAsync();
        _place.Aws.Vault.Put(AwsPlace.SecretName, "value");
        _place.Aws.Faults.Service = "secretsmanager";
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Theory]
    [InlineData("ResourceNotFoundException", SecretFailureKind.Missing)]
    [InlineData("AccessDeniedException", SecretFailureKind.Denied)]
    [InlineData("UnrecognizedClientException", SecretFailureKind.Denied)]
    [InlineData("InvalidSignatureException", SecretFailureKind.Denied)]
    [InlineData("DecryptionFailure", SecretFailureKind.Integrity)]
    [InlineData("KMSDisabledException", SecretFailureKind.Integrity)]
    [InlineData("KMSAccessDeniedException", SecretFailureKind.Denied)]
    [InlineData("InvalidParameterException", SecretFailureKind.Invalid)]
    [InlineData("com.amazonaws.secretsmanager#ResourceNotFoundException", SecretFailureKind.Missing)]
    [InlineData("AccessDeniedException:http://internal.example/", SecretFailureKind.Denied)]
    public async Task Tells_errors_apart_by_their_code_and_asks_once(string code, SecretFailureKind kind)
    {
        _place.Aws.Faults.FailWith(code);
        var failed = await FailureAsync();
        Assert.Equal(kind, failed.Kind);
        Assert.Equal(1, _place.Aws.Faults.Intercepted);
        Assert.NotNull(failed.StoreRequestId);
    }

    [Theory]
    [InlineData("ThrottlingException", SecretFailureKind.Throttled)]
    [InlineData("TooManyRequestsException", SecretFailureKind.Throttled)]
    [InlineData("KMSThrottlingException", SecretFailureKind.Throttled)]
    [InlineData("InternalServiceError", SecretFailureKind.Unavailable)]
    [InlineData("ServiceUnavailable", SecretFailureKind.Unavailable)]
    public async Task Repeats_what_passes_and_says_so_in_the_end(string code, SecretFailureKind kind)
    {
        _place.Aws.Faults.FailWith(code);
        Assert.Equal(kind, (await FailureAsync()).Kind);
        Assert.Equal(4, _place.Aws.Faults.Intercepted);
    }

    [Theory]
    [InlineData("secretsmanager")]
    [InlineData("sts")]
    public async Task Gets_over_a_short_trouble(string service)
    {
        _place.Aws.Faults.Service = service;
        _place.Aws.Faults.FailNext("ThrottlingException");
        _place.Aws.Faults.FailNext("InternalServiceError");
        Assert.IsType<SecretReadResult.Found>(await _place.Open().ReadAsync(AwsPlace.Read(), CancellationToken.None));
    }

    [Fact]
    public async Task Names_the_key_that_does_not_decrypt()
    {
        _place.Aws.Vault.Find(AwsPlace.SecretName)!.KeyIsDisabled = true;
        var failed = await FailureAsync();
        Assert.Equal(SecretFailureKind.Integrity, failed.Kind);
        Assert.Contains("KMS", failed.Message);
        Assert.Contains("DecryptionFailure", failed.Message);
    }

    [Fact]
    public void Tells_a_denied_key_from_a_denied_secret_also_when_the_secret_is_called_after_the_key()
    {
        Assert.Contains("kms:Decrypt", AwsErrors.Explain("AccessDeniedException", "Access to KMS is not allowed").Words);
        Assert.Contains("trust policy", AwsErrors.Explain("AccessDeniedException", "User is not authorized on resource: agentruntime/kms-tool/read").Words);
    }

    [Fact]
    public async Task Says_that_a_secret_is_scheduled_for_deletion()
    {
        _place.Aws.Vault.Find(AwsPlace.SecretName)!.Deleted = DateTimeOffset.UtcNow.AddDays(7);
        var failed = await FailureAsync();
        Assert.Equal(SecretFailureKind.Deleted, failed.Kind);
        Assert.Contains("restore-secret", failed.Message);
    }

    [Fact]
    public async Task Refuses_an_answer_that_is_not_from_AWS()
    {
        _place.Aws.Faults.AnswerWith("<html>Sign in to the guest network</html>"u8.ToArray());
        Assert.Equal(SecretFailureKind.Invalid, (await FailureAsync()).Kind);
    }

    [Fact]
    public async Task Refuses_a_version_that_is_not_the_current_one()
    {
        _place.Aws.Faults.AnswerWith("""{"VersionId":"0f000000-0000-0000-0000-000000000000","VersionStages":["AWSPREVIOUS"],"SecretString":"canary-old-value-6611"}"""u8.ToArray());
        var failed = await FailureAsync();
        Assert.Equal(SecretFailureKind.Invalid, failed.Kind);
        Assert.DoesNotContain("canary-old-value-6611", failed.ToString());
    }

    [Fact]
    public async Task Refuses_an_answer_of_a_mebibyte()
    {
        _place.Aws.Faults.AnswerWith([.. """{"VersionId":"0f000000-0000-0000-0000-000000000000","VersionStages":["AWSCURRENT"],"SecretString":" """u8, .. Enumerable.Repeat((byte)'x', 1024 * 1024), .. "\"}"u8]);
        var failed = await FailureAsync();
        Assert.Equal(SecretFailureKind.Invalid, failed.Kind);
        Assert.Contains("512 KiB", failed.Message);
    }

    [Fact]
    public async Task Stops_asking_a_store_that_never_answers()
    {
        var store = _place.Open(settings => settings with { Timeout = TimeSpan.FromMilliseconds(200) });
        await using (_place.Aws.Faults.Hold())
        {
            var failed = Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(AwsPlace.Read(), CancellationToken.None));
            Assert.Equal(SecretFailureKind.Unavailable, failed.Kind);
            Assert.Contains("0.2 seconds", failed.Message);
            await Assert.ThrowsAsync<SecretStoreException>(async () => await store.DescribeAsync(AwsPlace.Credential, AwsPlace.Owner, CancellationToken.None));
            var written = await store.DisableAsync(AwsPlace.Credential, null, AwsPlace.Owner, CancellationToken.None);
            Assert.Equal(SecretFailureKind.Unavailable, written.Failure);
        }
    }

    [Fact]
    public async Task Takes_a_connection_that_is_never_made_for_a_store_that_is_away_and_not_for_a_cancellation()
    {
        var handler = StoreHttp.CreateHandler(roots: null);
        handler.ConnectTimeout = TimeSpan.FromMilliseconds(50);
        handler.ConnectCallback = async (_, ending) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ending);
            return Stream.Null;
        };
        using var connection = new AwsConnection(handler, TimeProvider.System);
        using var keys = new AwsKeys("AKIA1", SecretValue.CopyUtf8("x"), null);
        using var body = new PinnedBuffer();
        var call = new AwsCall(new AwsEndpoint("secretsmanager", "eu-central-1", new Uri("https://127.0.0.1:1"), "AWS Secrets Manager"), null, "text/plain", body);
        var reply = await connection.SendAsync(call, keys, CancellationToken.None);
        Assert.Equal(SecretFailureKind.Unavailable, reply.Fault!.Kind);
        Assert.True(reply.Fault.IsPassing);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.SendAsync(call, keys, cancelled.Token));
    }

    [Fact]
    public async Task Says_that_AWS_is_away()
    {
        await using var place = await AwsPlace.StartAsync();
        var store = place.Open();
        await place.Aws.DisposeAsync();
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Equal(SecretFailureKind.Unavailable, failed.Kind);
        Assert.Contains("cannot be reached", failed.Message);
    }

    [Theory]
    [InlineData("AccessDeniedException")]
    [InlineData("InvalidRequestException")]
    [InlineData("DecryptionFailure")]
    [InlineData("ThrottlingException")]
    [InlineData("canary-value-5d3f19ab77")]
    public async Task Passes_on_nothing_of_what_AWS_says_beside_the_code(string code)
    {
        const string value = "canary-value-5d3f19ab77";
        _place.Aws.Vault.Put(AwsPlace.SecretName, value);
        var store = _place.Open();
        var access = await store.PrepareAsync(AwsPlace.Read(), CancellationToken.None);
        var session = _place.Aws.Sessions[^1];
        _place.Aws.Faults.FailWith(code, $"It was deleted. {value} {session.SecretKey} {session.Token} {_place.Aws.SecretKey}");
        var read = await store.ReadAsync(AwsPlace.Read() with { Access = access }, CancellationToken.None);
        using var secret = SecretValue.CopyUtf8(value);
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = secret };
        var written = await store.SetAsync(AwsPlace.Credential, fields, WriteCondition.None, AwsPlace.Owner, CancellationToken.None);
        var listing = await Record.ExceptionAsync(async () => await store.DescribeAsync(AwsPlace.Credential, AwsPlace.Owner, CancellationToken.None));
        var findings = new List<string>();
        await foreach (var finding in store.ExamineAsync([AwsPlace.Credential], CancellationToken.None))
        {
            findings.Add(finding.ToString());
        }

        var detector = new LeakDetector(("value", value), ("session key", session.SecretKey), ("token", session.Token), ("identity", _place.Aws.SecretKey));
        Assert.Empty(detector.Search($"{read} {written} {listing} {access} {string.Join('\n', findings)}"));
    }

    private async Task<SecretReadResult.Failed> FailureAsync()
    {
        var failed = Assert.IsType<SecretReadResult.Failed>(await _place.Open().ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Contains("crm/read", failed.Message);
        return failed;
    }
}
