using AgentRuntime.Integration.Tests.Vaults.Embedded;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>A vault with KV version 2 that steps read with tokens of their own, and an operator writes. Breaking seals it; the store's clock then leaps, so that no test waits for a deadline.</summary>
public class VaultHarness : SecretStoreHarness, ICanDisable, ICanDelete, ICanDeny, ICanThrottle
{
    private static readonly string[] Granted =
    [
        "crm/read", "crm/write", "mail/send", "payments/refund", "no/such", "crm/Read", "crm/read2", "crm.read/x", "crm/read.x", "CRM/read",
        .. Enumerable.Range(0, 8).Select(i => $"server{i}/read"),
    ];

    private readonly LeapingClock _clock = new();
    private VaultPlace? _place;
    private VaultSecretStore? _store;

    public override ISecretStore Store => Opened;

    private VaultSecretStore Opened => _store ?? throw new InvalidOperationException("The store is not open.");

    private VaultPlace Place => _place ?? throw new InvalidOperationException("There is no vault.");

    public override async Task StartAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant(Granted);
        _place.Vault.AsRoot("update", "secret/config", new() { ["max_versions"] = 100 });
        Prepare(_place);
        _store = _place.Open(Change, asOperator: true, _clock);
    }

    public override async Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields)
    {
        var values = fields.ToDictionary(field => field.Key, field => SecretValue.Copy(field.Value), StringComparer.Ordinal);
        var result = await Opened.SetAsync(credential, values, WriteCondition.None, VaultPlace.Person, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    public override Task BreakAsync()
    {
        _clock.Leaps = true;
        Place.Vault.Sealed = true;
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Place.Vault.Sealed = false;
        _clock.Leaps = false;
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync()
    {
        var hold = Place.Vault.Hold();
        return Task.FromResult<IAsyncDisposable>(new Undo(hold.Dispose));
    }

    public Task DisableAsync(CredentialName credential, CredentialVersion version) => Opened.DisableAsync(credential, version, VaultPlace.Person, CancellationToken.None).AsTask();

    public Task DeleteAsync(CredentialName credential, CredentialVersion version) => Opened.DeleteAsync(credential, version, VaultPlace.Person, CancellationToken.None).AsTask();

    public Task DenyAsync(CredentialName credential)
    {
        Place.Vault.RemovePolicy(VaultPlace.Names(Place.Settings).Policy(credential));
        return Task.CompletedTask;
    }

    public Task<IAsyncDisposable> ThrottleAsync()
    {
        // Longer than the store has time, so it does not wait for it.
        Place.Vault.RetryAfter = 600;
        return Task.FromResult<IAsyncDisposable>(new Undo(() => Place.Vault.RetryAfter = null));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        if (_place is not null)
        {
            await _place.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected virtual void Prepare(VaultPlace place)
    {
    }

    private protected virtual VaultSecretSettings Change(VaultSecretSettings settings) => settings;
}

/// <summary>The same, with values that a derived transit key encrypts.</summary>
public sealed class VaultTransitHarness : VaultHarness
{
    private protected override void Prepare(VaultPlace place) => place.Vault.AsRoot("update", "transit/keys/agentruntime", new() { ["derived"] = true });

    private protected override VaultSecretSettings Change(VaultSecretSettings settings) => base.Change(settings) with { Transit = new VaultTransitSettings("transit", "agentruntime") };
}
