using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Tls;
using AgentRuntime.TestKit.Vault;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>A fake vault, set up as the provider's page says, and a folder with the files that a runtime and an operator have.</summary>
internal sealed class VaultPlace : IAsyncDisposable
{
    public const string Role = "agentruntime-step";
    public const string RuntimePolicy = "agentruntime-runtime";
    public const string MintPath = $"auth/token/create/{Role}";
    private readonly string _folder = Directory.CreateTempSubdirectory("agentruntime-vault-").FullName;
    private readonly SortedSet<string> _allowed = new(StringComparer.Ordinal);

    private VaultPlace(FakeVault vault)
    {
        Vault = vault;
        vault.SetPolicy(RuntimePolicy, $$"""
            path "{{MintPath}}" { capabilities = ["update"] }
            path "auth/token/revoke-accessor" { capabilities = ["update"] }
            path "transit/encrypt/agentruntime-master" { capabilities = ["update"] }
            path "transit/decrypt/agentruntime-master" { capabilities = ["update"] }
            """);
        var secretId = vault.AddAppRole("runtime", TimeSpan.FromMinutes(20), RuntimePolicy);
        SecretIdFile = Write("secret-id", secretId);
        OperatorFile = Write("operator-token", vault.RootToken);
        File.WriteAllText(CaFile, vault.RootPem);
    }

    public FakeVault Vault { get; }

    public string CaFile => Path.Combine(_folder, "ca.pem");

    public string SecretIdFile { get; }

    public string OperatorFile { get; }

    public static SecretAccessContext Step { get; } = new()
    {
        Principal = "user:maria",
        Purpose = "step",
        Workflow = new WorkflowName("invoice-follow-up"),
        Run = new RunId("run_1"),
        Step = new StepPath("each[0].find"),
        Attempt = 2,
        Server = new ServerName("crm"),
        Scope = new ScopeName("read"),
        Tool = new ToolName("find_customer"),
        TraceId = "0af7651916cd43dd8448eb211c80319c",
    };

    public static SecretAccessContext Person { get; } = new() { Principal = "user:maria", Purpose = "set" };

    public VaultSecretSettings Settings => new(Vault.Address, new VaultAuthSettings.AppRole("approle", "role-id-of-runtime", SecretIdFile, Wrapped: false))
    {
        CaFile = Vault.Address.Scheme == "https" ? CaFile : null,
        AllowPlainHttp = Vault.Address.Scheme == "http",
        Timeout = TimeSpan.FromMinutes(5),
    };

    public static async Task<VaultPlace> StartAsync(TimeProvider? time = null, Func<TestCertificateAuthority, System.Security.Cryptography.X509Certificates.X509Certificate2>? certificate = null, bool plain = false) =>
        new(await FakeVault.StartAsync(time, certificate, plain));

    public static CredentialName Credential(string name) => CredentialName.Parse(name);

    public static SecretReadRequest Read(string credential, StoreAccess? access = null) => new(Credential(credential), Version: null, Step) { Access = access };

    /// <summary>What the operator applies: one policy for each credential, and a token role that allows exactly these.</summary>
    public void Grant(params IEnumerable<string> credentials)
    {
        foreach (var credential in credentials)
        {
            var names = Names(Settings);
            var secret = names.Secret(Credential(credential));
            Vault.SetPolicy(names.Policy(Credential(credential)), $$"""
                path "secret/data/{{secret}}" { capabilities = ["read"] }
                path "secret/metadata/{{secret}}" { capabilities = ["read"] }
                path "secret/subkeys/{{secret}}" { capabilities = ["read"] }
                path "kv1/{{secret}}" { capabilities = ["read"] }
                path "transit/decrypt/agentruntime" { capabilities = ["update"] }
                path "database/creds/reporter" { capabilities = ["read"] }
                """);
            _allowed.Add(names.Policy(Credential(credential)));
        }

        WriteRole("service");
    }

    public void WriteRole(string type) => Vault.AsRoot("update", $"auth/token/roles/{Role}", new()
    {
        ["allowed_policies"] = new System.Text.Json.Nodes.JsonArray([.. _allowed.Select(name => (System.Text.Json.Nodes.JsonNode)name)]),
        ["orphan"] = true,
        ["renewable"] = false,
        ["token_explicit_max_ttl"] = "900s",
        ["token_type"] = type,
    });

    public static VaultNames Names(VaultSecretSettings settings) =>
        new(VaultPath.Parse(settings.Mount), settings.KvVersion == 2, VaultPath.Parse(settings.Prefix), settings.Tokens.PolicyPrefix);

    public VaultSecretStore Open(Func<VaultSecretSettings, VaultSecretSettings>? change = null, bool asOperator = false, TimeProvider? time = null) => VaultSecretStore.Open(
        new VaultStoreOptions { Settings = change is null ? Settings : change(Settings), OperatorTokenFile = asOperator ? OperatorFile : null },
        time ?? TimeProvider.System);

    /// <summary>Stores a credential as its owner would.</summary>
    public async Task<CredentialVersion> PutAsync(string credential, params (string Name, string Value)[] fields)
    {
        await using var store = Open(asOperator: true);
        var result = await store.SetAsync(Credential(credential), fields.ToDictionary(field => field.Name, field => SecretValue.CopyUtf8(field.Value), StringComparer.Ordinal), WriteCondition.None, Person, CancellationToken.None);
        return result.Version ?? throw new InvalidOperationException(result.Message);
    }

    /// <summary>A file that only its owner can read.</summary>
    public string Write(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }

        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder, name);

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal static class VaultReads
{
    public static async Task<string> ValueAsync(this ISecretStore store, SecretReadRequest request, string field = "value")
    {
        var found = await store.FoundAsync(request);
        using (found.Material)
        {
            var value = found.Material.Fields[field].RevealString();
            if (found.Access is { } access)
            {
                await access.DisposeAsync();
            }

            return value;
        }
    }

    public static async Task<SecretReadResult.Found> FoundAsync(this ISecretStore store, SecretReadRequest request)
    {
        var result = await store.ReadAsync(request, CancellationToken.None);
        return result as SecretReadResult.Found ?? throw new Xunit.Sdk.XunitException($"The read failed: {result}");
    }

    public static async Task<SecretReadResult.Failed> FailedAsync(this ISecretStore store, SecretReadRequest request, SecretFailureKind kind)
    {
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(request, CancellationToken.None));
        Assert.True(failed.Kind == kind, $"{failed.Kind}: {failed.Message}");
        Assert.False(string.IsNullOrWhiteSpace(failed.Message));
        return failed;
    }
}
