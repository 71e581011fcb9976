using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

/// <summary>What a server with enforced signatures and policies says, beyond the conformance suite.</summary>
public sealed class MotoTests : IAsyncLifetime
{
    private readonly MotoHarness _moto = new();

    public async ValueTask InitializeAsync()
    {
        await _moto.StartAsync();
        await _moto.SetAsync(AwsPlace.Credential, new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["value"] = "value"u8.ToArray() });
    }

    public ValueTask DisposeAsync() => _moto.DisposeAsync();

    [Fact]
    public async Task Reads_with_the_role_what_the_identity_itself_may_not_read()
    {
        var found = Assert.IsType<SecretReadResult.Found>(await _moto.Store.ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Equal("run_1@find", found.TokenAccessor);
        await using var direct = await _moto.OpenWithoutRoleAsync();
        Assert.Equal(SecretFailureKind.Denied, Assert.IsType<SecretReadResult.Failed>(await direct.ReadAsync(AwsPlace.Read(), CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task Is_refused_with_a_wrong_signature_and_with_unknown_keys()
    {
        foreach (var id in new[] { _moto.AdministratorKeyId, "AKIANOBODYKNOWSTHIS0" })
        {
            await using var forged = _moto.OpenWithForgedKeys(id);
            var failed = Assert.IsType<SecretReadResult.Failed>(await forged.ReadAsync(AwsPlace.Read(), CancellationToken.None));
            Assert.Equal(SecretFailureKind.Denied, failed.Kind);
            Assert.Empty(new LeakDetector(("key", "not-the-key-of-anybody-canary-91c4")).Search(failed.ToString()));
        }
    }

    [Fact]
    public async Task Is_found_to_ignore_the_policies_of_sessions()
    {
        var findings = await _moto.Aws.ExamineAsync([AwsPlace.Credential], CancellationToken.None).ToListAsync();
        Assert.Equal(["aws least privilege"], findings.Where(finding => finding.Severity != StoreFindingSeverity.Good).Select(finding => finding.Check));
    }
}
