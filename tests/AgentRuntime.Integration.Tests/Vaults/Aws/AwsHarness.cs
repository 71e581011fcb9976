using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

/// <summary>The store on a fake AWS, with a session for each attempt.</summary>
public class AwsHarness : SecretStoreHarness, ICanDisable, ICanDeleteAll, ICanDeny, ICanThrottle
{
    private AwsPlace? _place;
    private AwsSecretStore? _store;

    public override ISecretStore Store => Aws;

    // 64 KiB for both fields together, and bytes take a third more.
    public override int LargestValue => 24_000;

    public override bool KnowsFields => false;

    private AwsSecretStore Aws => _store ?? throw new InvalidOperationException("The store is not open.");

    private AwsPlace Place => _place ?? throw new InvalidOperationException("The fake is not started.");

    public override async Task StartAsync()
    {
        _place = await AwsPlace.StartAsync();
        _place.Aws.IdentityMayRead = Change(_place.Settings).Role is null;
        _store = _place.Open(Change);
    }

    public override async Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields)
    {
        var values = fields.ToDictionary(f => f.Key, f => SecretValue.Copy(f.Value), StringComparer.Ordinal);
        var result = await Aws.SetAsync(credential, values, WriteCondition.None, AwsPlace.Owner, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    public override Task BreakAsync()
    {
        Place.Aws.Faults.FailWith("InternalServiceError");
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Place.Aws.Faults.Clear();
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync() => Task.FromResult(Place.Aws.Faults.Hold());

    public Task DisableAsync(CredentialName credential, CredentialVersion version) => Aws.DisableAsync(credential, version, AwsPlace.Owner, CancellationToken.None).AsTask();

    public Task DeleteAllAsync(CredentialName credential) => Aws.DeleteAsync(credential, null, AwsPlace.Owner, CancellationToken.None).AsTask();

    public Task DenyAsync(CredentialName credential)
    {
        Place.Aws.Denied.Add($"agentruntime/{credential}");
        return Task.CompletedTask;
    }

    public Task<IAsyncDisposable> ThrottleAsync()
    {
        Place.Aws.Faults.FailWith("ThrottlingException");
        return Task.FromResult<IAsyncDisposable>(new Undo(Place.Aws.Faults.Clear));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_place is not null)
        {
            await _place.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What this harness sets differently.</summary>
    internal virtual AwsSecretSettings Change(AwsSecretSettings settings) => settings;
}

/// <summary>The same with one session for all attempts of a run.</summary>
public sealed class AwsRunHarness : AwsHarness
{
    internal override AwsSecretSettings Change(AwsSecretSettings settings) => settings with { Session = AwsSessionUse.Run };
}

/// <summary>The same without a role.</summary>
public sealed class AwsDirectHarness : AwsHarness
{
    internal override AwsSecretSettings Change(AwsSecretSettings settings) => settings with { Role = null };
}
