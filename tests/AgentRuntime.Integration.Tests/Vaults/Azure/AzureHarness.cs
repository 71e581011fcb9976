using System.Text.Unicode;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.Vaults.Azure;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>A store over a fake vault. Text is put there by its owner; fields and bytes by another store with the right to write.</summary>
public sealed class AzureHarness : SecretStoreHarness, ICanDisable, ICanDeleteAll, ICanDeny, ICanThrottle
{
    private AzureVault? _vault;
    private AzureSecretStore? _store;

    public override ISecretStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>25 KiB hold two values of this size, of which base64 makes four thirds.</summary>
    public override int LargestValue => 9 * 1024;

    private AzureVault Vault => _vault ?? throw new InvalidOperationException("The vault does not run.");

    public override async Task StartAsync()
    {
        _vault = await AzureVault.StartAsync();
        _store = _vault.Open();
    }

    public override async Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields)
    {
        if (fields.Count == 1 && fields.TryGetValue("value", out var single) && Utf8.IsValid(single))
        {
            return new CredentialVersion(Vault.Fake.Secrets.Put(AzureVault.NameOf(credential), System.Text.Encoding.UTF8.GetString(single)));
        }

        var values = fields.ToDictionary(f => f.Key, f => SecretValue.Copy(f.Value), StringComparer.Ordinal);
        var result = await _store!.SetAsync(credential, values, WriteCondition.None, AzureVault.Step, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    public override Task BreakAsync()
    {
        Vault.Fake.Service.IsUnavailable = true;
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Vault.Fake.Service.IsUnavailable = false;
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync() => Task.FromResult<IAsyncDisposable>(Vault.Fake.Service.Hold());

    public Task DisableAsync(CredentialName credential, CredentialVersion version)
    {
        Vault.Fake.Secrets.Enable(AzureVault.NameOf(credential), version.Value, enabled: false);
        return Task.CompletedTask;
    }

    public Task DeleteAllAsync(CredentialName credential)
    {
        Assert.True(Vault.Fake.Secrets.Delete(AzureVault.NameOf(credential)));
        return Task.CompletedTask;
    }

    public Task DenyAsync(CredentialName credential)
    {
        Vault.Fake.Service.Deny("get", AzureVault.NameOf(credential));
        return Task.CompletedTask;
    }

    public Task<IAsyncDisposable> ThrottleAsync()
    {
        Vault.Fake.Service.Throttle = TimeSpan.FromMinutes(1);
        return Task.FromResult<IAsyncDisposable>(new Undo(() => Vault.Fake.Service.Throttle = null));
    }

    public override ValueTask DisposeAsync() => _vault?.DisposeAsync() ?? ValueTask.CompletedTask;
}
