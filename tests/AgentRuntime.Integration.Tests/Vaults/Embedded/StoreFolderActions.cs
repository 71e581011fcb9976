using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Database;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

/// <summary>What the tests of the embedded store do again and again.</summary>
internal static class StoreFolderActions
{
    public static async Task<CredentialVersion> PutAsync(this EmbeddedSecretStore store, string credential, params (string Field, string Value)[] fields)
    {
        var values = fields.ToDictionary(f => f.Field, f => SecretValue.CopyUtf8(f.Value), StringComparer.Ordinal);
        var result = await store.SetAsync(CredentialName.Parse(credential), values, WriteCondition.None, StoreFolder.Owner, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    public static Task<CredentialVersion> PutAsync(this EmbeddedSecretStore store, string credential, string value) => store.PutAsync(credential, ("value", value));

    public static async Task<SecretReadResult> GetAsync(this EmbeddedSecretStore store, string credential, string? version = null) =>
        await store.ReadAsync(new SecretReadRequest(CredentialName.Parse(credential), version is null ? null : new CredentialVersion(version), StoreFolder.Owner), CancellationToken.None);

    public static async Task<string> ValueAsync(this EmbeddedSecretStore store, string credential, string? version = null, string field = "value")
    {
        using var material = Assert.IsType<SecretReadResult.Found>(await store.GetAsync(credential, version)).Material;
        return material.Fields[field].RevealString();
    }

    public static async Task<SecretReadResult.Failed> FailureAsync(this EmbeddedSecretStore store, string credential, string? version = null) =>
        Assert.IsType<SecretReadResult.Failed>(await store.GetAsync(credential, version));

    public static async Task<EmbeddedStoreException> OpeningFailsAsync(this StoreFolder folder, EmbeddedStoreErrorKind kind, AgentRuntime.Vaults.Embedded.Keys.MasterKeySource? key = null)
    {
        var before = File.Exists(folder.StorePath) ? await File.ReadAllBytesAsync(folder.StorePath) : null;
        var error = await Assert.ThrowsAsync<EmbeddedStoreException>(async () => await (await folder.OpenAsync(key)).DisposeAsync());
        Assert.True(kind == error.Kind, $"{error.Kind}: {error.Message}");
        Assert.Equal(before, File.Exists(folder.StorePath) ? await File.ReadAllBytesAsync(folder.StorePath) : null);
        return error;
    }

    /// <summary>Changes the closed file with SQL, as somebody with write access to it would.</summary>
    public static void Tamper(this StoreFolder folder, string sql)
    {
        using var connection = SqliteConnection.Open(folder.StorePath, readOnly: false);
        connection.Run(sql);
    }
}
