using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Aws;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Vaults.Http;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

/// <summary>
/// The store on moto, which checks signatures and policies. The runtime is a user that may assume one role and write, and not read; the role may read.
/// moto looks at the actions of policies only: not at resources, conditions, session policies or trust policies.
/// </summary>
public sealed class MotoHarness : SecretStoreHarness, ICanDisable, ICanDeleteAll, ICanDeny, ICanThrottle
{
    private const string Account = "123456789012";

    private readonly TestCertificateAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("agentruntime-moto-").FullName;
    private readonly string _id = Guid.NewGuid().ToString("N")[..12];
    private MotoGate? _gate;
    private MotoServer? _moto;
    private AwsConnection? _connection;
    private AwsSecretStore? _store;

    public override ISecretStore Store => Aws;

    public override int LargestValue => 24_000;

    public override bool KnowsFields => false;

    internal AwsSecretStore Aws => _store ?? throw new InvalidOperationException("The store is not open.");

    internal AwsFaults Faults => Gate.Faults;

    private MotoGate Gate => _gate ?? throw new InvalidOperationException("The gate is not open.");

    public override async Task StartAsync()
    {
        _moto = TestEnvironment.RequireMoto();
        _gate = await MotoGate.StartAsync(_moto, _authority.ServerCertificate());
        var root = _authority.WriteRoot(_folder);
        _connection = new AwsConnection(StoreHttp.CreateHandler(StoreHttp.ReadRoots(root)), TimeProvider.System);
        var user = $"runtime-{_id}";
        await IamAsync("CreateUser", ("UserName", user));
        await IamAsync("PutUserPolicy", ("UserName", user), ("PolicyName", "runtime"), ("PolicyDocument", Policy("sts:AssumeRole", "secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage", "secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds", "secretsmanager:ListSecrets", "secretsmanager:DeleteSecret")));
        var key = await IamAsync("CreateAccessKey", ("UserName", user));
        await IamAsync("CreateRole", ("RoleName", $"step-{_id}"), ("AssumeRolePolicyDocument", Policy("sts:AssumeRole")));
        await AllowRoleAsync();
        Assert.True(AwsRoleArn.TryParse($"arn:aws:iam::{Account}:role/step-{_id}", out var role));
        var settings = new AwsSecretSettings("eu-central-1") { Endpoint = _gate.Url, StsEndpoint = _gate.Url, CaFile = root, Prefix = $"test-{_id}", Role = role };
        using var secret = SecretValue.CopyUtf8(Element(key, "SecretAccessKey"));
        _store = AwsSecretStore.Open(settings, AwsIdentity.Given(Element(key, "AccessKeyId"), secret), TimeProvider.System);
    }

    public override async Task<CredentialVersion> SetAsync(CredentialName credential, IReadOnlyDictionary<string, byte[]> fields)
    {
        var values = fields.ToDictionary(f => f.Key, f => SecretValue.Copy(f.Value), StringComparer.Ordinal);
        var result = await Aws.SetAsync(credential, values, WriteCondition.None, AwsPlace.Owner, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    public override Task BreakAsync()
    {
        Gate.Faults.FailWith("InternalServiceError");
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Gate.Faults.Clear();
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync() => Task.FromResult(Gate.Faults.Hold());

    public Task DisableAsync(CredentialName credential, CredentialVersion version) => Aws.DisableAsync(credential, version, AwsPlace.Owner, CancellationToken.None).AsTask();

    public Task DeleteAllAsync(CredentialName credential) => Aws.DeleteAsync(credential, null, AwsPlace.Owner, CancellationToken.None).AsTask();

    /// <summary>Takes the reading from the role, for all of its secrets.</summary>
    public Task DenyAsync(CredentialName credential) => IamAsync("DeleteRolePolicy", ("RoleName", $"step-{_id}"), ("PolicyName", "read"));

    public Task<IAsyncDisposable> ThrottleAsync()
    {
        Gate.Faults.FailWith("ThrottlingException");
        return Task.FromResult<IAsyncDisposable>(new Undo(Gate.Faults.Clear));
    }

    /// <summary>A store with keys that moto does not know.</summary>
    internal AwsSecretStore OpenWithForgedKeys(string accessKeyId)
    {
        using var secret = SecretValue.CopyUtf8("not-the-key-of-anybody-canary-91c4");
        return AwsSecretStore.Open(new AwsSecretSettings("eu-central-1") { Endpoint = Gate.Url, StsEndpoint = Gate.Url, CaFile = Path.Combine(_folder, "ca.pem"), Prefix = $"test-{_id}" }, AwsIdentity.Given(accessKeyId, secret), TimeProvider.System);
    }

    /// <summary>A store without a role, with the keys of the user who may not read.</summary>
    internal async Task<AwsSecretStore> OpenWithoutRoleAsync()
    {
        var key = await IamAsync("CreateAccessKey", ("UserName", $"runtime-{_id}"));
        using var secret = SecretValue.CopyUtf8(Element(key, "SecretAccessKey"));
        return AwsSecretStore.Open(new AwsSecretSettings("eu-central-1") { Endpoint = Gate.Url, StsEndpoint = Gate.Url, CaFile = Path.Combine(_folder, "ca.pem"), Prefix = $"test-{_id}" }, AwsIdentity.Given(Element(key, "AccessKeyId"), secret), TimeProvider.System);
    }

    internal string AdministratorKeyId => _moto!.AccessKeyId;

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _connection?.Dispose();
        if (_gate is not null)
        {
            await _gate.DisposeAsync();
        }

        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<byte[]> AllowRoleAsync() => IamAsync("PutRolePolicy", ("RoleName", $"step-{_id}"), ("PolicyName", "read"), ("PolicyDocument", Policy("secretsmanager:GetSecretValue")));

    private static string Policy(params string[] actions) =>
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[{{string.Join(',', actions.Select(action => $"\"{action}\""))}}],"Resource":"*"}]}""";

    private static string Element(byte[] xml, string name) => XmlText.Element(xml, Encoding.UTF8.GetBytes(name)) ?? throw new InvalidOperationException($"There is no {name}.");

    private async Task<byte[]> IamAsync(string action, params (string Name, string Value)[] parameters)
    {
        using var key = SecretValue.CopyUtf8(_moto!.SecretKey);
        using var keys = new AwsKeys(_moto.AccessKeyId, key.Duplicate(), null);
        using var body = new PinnedBuffer();
        var form = parameters.Prepend(("Version", "2010-05-08")).Prepend(("Action", action));
        body.Append(Encoding.UTF8.GetBytes(string.Join('&', form.Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2)}"))));
        using var reply = await _connection!.SendAsync(new AwsCall(new AwsEndpoint("iam", "us-east-1", Gate.Url, "moto"), null, "application/x-www-form-urlencoded", body), keys, CancellationToken.None);
        return reply.Fault is { } fault ? throw new InvalidOperationException($"{action}: {fault}") : reply.Body.ToArray();
    }
}
