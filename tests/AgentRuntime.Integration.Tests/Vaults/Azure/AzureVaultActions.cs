using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>What the tests of the Azure store do again and again.</summary>
internal static class AzureVaultActions
{
    public static async Task<SecretReadResult> GetAsync(this AzureSecretStore store, string credential = "crm/read", string? version = null, CancellationToken cancellationToken = default) =>
        await store.ReadAsync(new SecretReadRequest(CredentialName.Parse(credential), version is null ? null : new CredentialVersion(version), AzureVault.Step), cancellationToken);

    public static async Task<string> ValueAsync(this AzureSecretStore store, string credential = "crm/read", string field = "value")
    {
        var result = await store.GetAsync(credential);
        using var material = (result as SecretReadResult.Found ?? throw new Xunit.Sdk.XunitException($"The read failed: {result}")).Material;
        return material.Fields[field].RevealString();
    }

    public static async Task<SecretReadResult.Failed> FailureAsync(this AzureSecretStore store, SecretFailureKind kind, string credential = "crm/read", string? version = null)
    {
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.GetAsync(credential, version));
        Assert.True(kind == failed.Kind, failed.ToString());
        return failed;
    }

    public static async Task<SecretWriteResult> PutAsync(this AzureSecretStore store, WriteCondition condition, params (string Field, byte[] Value)[] fields)
    {
        var values = fields.ToDictionary(field => field.Field, field => SecretValue.Copy(field.Value), StringComparer.Ordinal);
        return await store.SetAsync(AzureVault.Credential, values, condition, AzureVault.Step, CancellationToken.None);
    }

    public static Task<SecretWriteResult> PutAsync(this AzureSecretStore store, string value, WriteCondition condition = default) =>
        store.PutAsync(condition, ("value", System.Text.Encoding.UTF8.GetBytes(value)));

    public static async Task<IReadOnlyList<StoreFinding>> ExamineAsync(this AzureSecretStore store, params string[] known) =>
        await store.ExamineAsync([.. known.Select(CredentialName.Parse)], CancellationToken.None).ToListAsync();
}
