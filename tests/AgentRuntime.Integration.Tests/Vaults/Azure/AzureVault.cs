using System.Security.Cryptography.X509Certificates;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Azure;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.Vaults.Azure;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>A fake vault, a folder for the files of an identity, and stores that reach the fake by the production path.</summary>
internal sealed class AzureVault : IAsyncDisposable
{
    private readonly List<AzureSecretStore> _stores = [];

    private AzureVault(FakeKeyVault fake) => Fake = fake;

    public static SecretAccessContext Step { get; } = new()
    {
        Principal = "user:maria",
        Purpose = "step",
        Workflow = new WorkflowName("invoice-follow-up"),
        Run = new RunId("run_1"),
        Step = new StepPath("find"),
        Attempt = 2,
    };

    public static CredentialName Credential { get; } = CredentialName.Parse("crm/read");

    public FakeKeyVault Fake { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("agentruntime-azure-").FullName;

    public static async Task<AzureVault> StartAsync(Func<TestCertificateAuthority, string[], X509Certificate2>? certificate = null) => new(await FakeKeyVault.StartAsync(certificate));

    public static string NameOf(CredentialName credential) => new KeyVaultName("agentruntime-").Encode(credential);

    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    public string NewFile(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        SetMode(path, mode);
        return path;
    }

    public AzureIdentitySettings Workload(bool isKnown = true, Guid? tenant = null, Guid? client = null) =>
        new AzureIdentitySettings.WorkloadIdentity(tenant ?? Fake.Entra.TenantId, client ?? Fake.Entra.Application.ClientId, NewFile("token.jwt", Fake.Entra.NewFederatedToken(isKnown)));

    public AzureIdentitySettings Certificate(bool isKnown = true) =>
        new AzureIdentitySettings.ClientCertificate(Fake.Entra.TenantId, Fake.Entra.Application.ClientId, NewFile("app.pem", Fake.Entra.NewCertificatePem(isKnown)));

    public AzureSecretSettings Settings(AzureIdentitySettings? auth = null) =>
        new(Fake.VaultUrl, auth ?? Workload(), Fake.AuthorityHost) { CaFile = Fake.WriteRoot(Folder), Timeout = TimeSpan.FromSeconds(30) };

    public AzureSecretStore Open(AzureSecretSettings? settings = null, TimeProvider? time = null)
    {
        var store = AzureSecretStore.Open(
            new AzureStoreOptions(settings ?? Settings()) { Connect = Fake.ConnectAsync, RetryDelay = TimeSpan.FromMilliseconds(1) },
            time ?? TimeProvider.System);
        _stores.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        await Fake.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
