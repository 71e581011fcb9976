using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Aws;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

/// <summary>A fake AWS behind TLS with a private root, and stores that trust it.</summary>
internal sealed class AwsPlace : IAsyncDisposable
{
    private readonly TestCertificateAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("agentruntime-aws-").FullName;
    private readonly List<AwsSecretStore> _stores = [];

    private AwsPlace()
    {
    }

    public static SecretAccessContext Owner { get; } = new() { Principal = "test", Purpose = "set" };

    public FakeSecretsManager Aws { get; private set; } = null!;

    public AwsSecretSettings Settings { get; private set; } = null!;

    public static CredentialName Credential { get; } = CredentialName.Parse("crm/read");

    public static string SecretName => "agentruntime/crm/read";

    public static AwsRoleArn Role => AwsRoleArn.TryParse(FakeSecretsManager.RoleArn, out var role) ? role : throw new InvalidOperationException("The fake's role has no name.");

    public static async Task<AwsPlace> StartAsync(Func<TestCertificateAuthority, System.Security.Cryptography.X509Certificates.X509Certificate2?>? certificate = null)
    {
        var place = new AwsPlace();
        place.Aws = await FakeSecretsManager.StartAsync(certificate is null ? place._authority.ServerCertificate() : certificate(place._authority));
        place.Settings = new AwsSecretSettings(place.Aws.Region)
        {
            Endpoint = place.Aws.Url,
            StsEndpoint = place.Aws.Url,
            CaFile = place._authority.WriteRoot(place._folder),
            Role = Role,
        };
        return place;
    }

    /// <summary>A store of these settings with the fake's own identity.</summary>
    public AwsSecretStore Open(Func<AwsSecretSettings, AwsSecretSettings>? change = null, TimeProvider? time = null)
    {
        using var key = SecretValue.CopyUtf8(Aws.SecretKey);
        var store = AwsSecretStore.Open(change is null ? Settings : change(Settings), AwsIdentity.Given(Aws.AccessKeyId, key), time ?? TimeProvider.System);
        _stores.Add(store);
        return store;
    }

    /// <summary>A read of the credential by a step.</summary>
    public static SecretReadRequest Read(string step = "find", string run = "run_1", string? version = null, CredentialName? credential = null) => new(
        credential ?? Credential,
        version is null ? null : new CredentialVersion(version),
        new SecretAccessContext
        {
            Principal = "user:maria",
            Purpose = "step",
            Workflow = new WorkflowName("invoice"),
            Run = new RunId(run),
            Step = new StepPath(step),
            Attempt = 1,
            Server = new ServerName("crm"),
            Scope = new ScopeName("read"),
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        await Aws.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
