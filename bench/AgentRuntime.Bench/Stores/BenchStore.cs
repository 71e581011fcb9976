using System.Text.Json.Nodes;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Aws;
using AgentRuntime.TestKit.Azure;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.TestKit.Vault;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Vaults.Azure;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Vaults.HashiCorp.Setup;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Bench.Stores;

/// <summary>One store that holds <c>echo/read</c>: as steps use it, and the bare read with an identity that lasts.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Steps">What steps read through.</param>
/// <param name="Bare">A store whose read is one request and nothing else.</param>
/// <param name="Parts">Closed in order.</param>
internal sealed record BenchStore(string Name, ISecretStore Steps, ISecretStore Bare, IReadOnlyList<IAsyncDisposable> Parts) : IAsyncDisposable
{
    private static readonly CredentialName Credential = CredentialName.Parse("echo/read");
    private static readonly SecretAccessContext Owner = new() { Principal = "bench", Purpose = "set" };

    public static async Task<BenchStore> EmbeddedAsync(string folder)
    {
        var store = await EmbeddedSecretStore.OpenAsync(new EmbeddedStoreOptions { Path = Path.Combine(folder, "secrets.db"), MasterKey = Vaults.Embedded.Keys.MasterKeySource.OwnFile(Path.Combine(folder, "master.key")) }, TimeProvider.System, default);
        await SetAsync(store);
        return new BenchStore("embedded", store, store, [store]);
    }

    /// <summary>A vault over TLS, set up as <c>vault apply</c> does.</summary>
    public static async Task<BenchStore> VaultAsync(string folder, VaultTokenMode mode)
    {
        var vault = await FakeVault.StartAsync();
        var (ca, secretId, operatorToken) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "secret-id"), Path.Combine(folder, "token"));
        await File.WriteAllTextAsync(ca, vault.RootPem);
        await File.WriteAllTextAsync(operatorToken, vault.RootToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(operatorToken, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var settings = new VaultSecretSettings(vault.Address, new VaultAuthSettings.AppRole("approle", "agentruntime", secretId, Wrapped: false)) { CaFile = ca, Tokens = new VaultTokenSettings { Mode = mode } };
        using var root = SecretValue.CopyUtf8(vault.RootToken);
        using (var setup = VaultSetupSettings.Open(settings, [Credential], VaultSetupExtras.None, root, TimeProvider.System))
        {
            await foreach (var _ in setup.ApplyAsync(default))
            {
            }

            await setup.WriteSecretIdAsync(secretId, TimeSpan.FromMinutes(5), default);
        }

        vault.AsRoot("update", "secret/data/agentruntime/echo/read", new JsonObject { ["data"] = new JsonObject { ["value"] = "x" } });
        var steps = VaultSecretStore.Open(new VaultStoreOptions { Settings = settings }, TimeProvider.System);
        var bare = VaultSecretStore.Open(new VaultStoreOptions { Settings = settings, OperatorTokenFile = operatorToken }, TimeProvider.System);
        return new BenchStore($"vault, {mode.ToString().ToLowerInvariant()} tokens", steps, bare, [steps, bare, vault]);
    }

    public static async Task<BenchStore> AwsAsync(string folder)
    {
        var authority = new TestCertificateAuthority();
        var aws = await FakeSecretsManager.StartAsync(authority.ServerCertificate());
        aws.IdentityMayRead = true;
        var settings = new AwsSecretSettings(aws.Region) { Endpoint = aws.Url, StsEndpoint = aws.Url, CaFile = authority.WriteRoot(folder) };
        using var key = SecretValue.CopyUtf8(aws.SecretKey);
        var bare = AwsSecretStore.Open(settings, AwsIdentity.Given(aws.AccessKeyId, key), TimeProvider.System);
        var steps = AwsSecretStore.Open(settings with { Role = AwsRoleArn.TryParse(FakeSecretsManager.RoleArn, out var role) ? role : null }, AwsIdentity.Given(aws.AccessKeyId, key), TimeProvider.System);
        await SetAsync(bare);
        return new BenchStore("aws, a session a step", steps, bare, [steps, bare, aws]);
    }

    public static async Task<BenchStore> AzureAsync(string folder)
    {
        var azure = await FakeKeyVault.StartAsync(certificate: null);
        var token = Path.Combine(folder, "token.jwt");
        await File.WriteAllTextAsync(token, azure.Entra.NewFederatedToken(isKnown: true));
        var settings = new AzureSecretSettings(azure.VaultUrl, new AzureIdentitySettings.WorkloadIdentity(azure.Entra.TenantId, azure.Entra.Application.ClientId, token), azure.AuthorityHost) { CaFile = azure.WriteRoot(folder) };
        var store = AzureSecretStore.Open(new AzureStoreOptions(settings) { Connect = azure.ConnectAsync }, TimeProvider.System);
        await SetAsync(store);
        return new BenchStore("azure", store, store, [store, azure]);
    }

    /// <summary>One bare read, outside of any run.</summary>
    public async ValueTask ReadBareAsync()
    {
        var read = await Bare.ReadAsync(new SecretReadRequest(Credential, Version: null, Owner), default);
        ((SecretReadResult.Found)read).Material.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Parts)
        {
            await part.DisposeAsync();
        }
    }

    private static async Task SetAsync(ISecretWriter store)
    {
        using var value = SecretValue.CopyUtf8("x");
        var written = await store.SetAsync(Credential, new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, Owner, default);
        if (!written.Succeeded)
        {
            throw new InvalidOperationException(written.Message);
        }
    }
}
