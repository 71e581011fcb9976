using System.Text.Json.Nodes;
using AgentRuntime.Integration.Tests.Vaults.Embedded;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp.Real;

/// <summary>A real server, set up as the provider's page says.</summary>
public class RealVaultHarness : SecretStoreHarness, ICanDisable, ICanDelete, ICanDeny, ICanThrottle
{
    private static readonly string[] Granted =
    [
        "crm/read", "crm/write", "mail/send", "payments/refund", "no/such", "crm/Read", "crm/read2", "crm.read/x", "crm/read.x", "CRM/read",
        .. Enumerable.Range(0, 8).Select(i => $"server{i}/read"),
    ];

    private readonly LeapingClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("agentruntime-real-vault-").FullName;
    private RealVault? _vault;
    private VaultSecretStore? _store;
    private VaultNames? _names;

    public override ISecretStore Store => Opened;

    private RealVault Vault => _vault ?? throw new InvalidOperationException("There is no vault.");

    private VaultSecretStore Opened => _store ?? throw new InvalidOperationException("The store is not open.");

    public override async Task StartAsync()
    {
        _vault = await RealVault.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.pem"), _vault.RootPem, CancellationToken.None);
        await _vault.AsRootAsync("POST", "sys/auth/approle", new JsonObject { ["type"] = "approle" });
        await _vault.AsRootAsync("POST", "sys/mounts/transit", new JsonObject { ["type"] = "transit" });
        await _vault.AsRootAsync("POST", "transit/keys/agentruntime", new JsonObject { ["derived"] = true });
        await _vault.AsRootAsync("POST", "secret/config", new JsonObject { ["max_versions"] = 100 });
        await PolicyAsync(VaultPlace.RuntimePolicy, $$"""
            path "{{VaultPlace.MintPath}}" { capabilities = ["update"] }
            path "auth/token/revoke-accessor" { capabilities = ["update"] }
            """);
        await _vault.AsRootAsync("POST", "auth/approle/role/runtime", new JsonObject { ["token_policies"] = VaultPlace.RuntimePolicy, ["token_ttl"] = "20m" });
        var roleId = (await _vault.AsRootAsync("GET", "auth/approle/role/runtime/role-id"))!["data"]!["role_id"]!.ToString();
        var secretId = (await _vault.AsRootAsync("POST", "auth/approle/role/runtime/secret-id", []))!["data"]!["secret_id"]!.ToString();
        var settings = Change(new VaultSecretSettings(_vault.Address, new VaultAuthSettings.AppRole("approle", roleId, Write("secret-id", secretId), Wrapped: false)) { CaFile = Path.Combine(_folder, "ca.pem"), Timeout = TimeSpan.FromSeconds(60) });
        _names = VaultPlace.Names(settings);
        foreach (var credential in Granted.Select(CredentialName.Parse))
        {
            await PolicyAsync(_names.Policy(credential), $$"""
                path "{{_names.DataPath(credential)}}" { capabilities = ["read"] }
                path "secret/metadata/{{_names.Secret(credential)}}" { capabilities = ["read"] }
                path "secret/subkeys/{{_names.Secret(credential)}}" { capabilities = ["read"] }
                path "transit/decrypt/agentruntime" { capabilities = ["update"] }
                """);
        }

        await _vault.AsRootAsync("POST", $"auth/token/roles/{VaultPlace.Role}", new JsonObject
        {
            ["allowed_policies"] = new JsonArray([.. Granted.Select(name => (JsonNode)_names.Policy(CredentialName.Parse(name)))]),
            ["orphan"] = true,
            ["renewable"] = false,
            ["token_explicit_max_ttl"] = "15m",
            ["token_type"] = "service",
        });
        _store = VaultSecretStore.Open(new VaultStoreOptions { Settings = settings, OperatorTokenFile = Write("operator", _vault.RootToken) }, _clock);
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
        Vault.Sealed = true;
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Vault.Sealed = false;
        _clock.Leaps = false;
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> SlowDownAsync()
    {
        var hold = Vault.Hold();
        return Task.FromResult<IAsyncDisposable>(new Undo(hold.Dispose));
    }

    public Task DisableAsync(CredentialName credential, CredentialVersion version) => Opened.DisableAsync(credential, version, VaultPlace.Person, CancellationToken.None).AsTask();

    public Task DeleteAsync(CredentialName credential, CredentialVersion version) => Opened.DeleteAsync(credential, version, VaultPlace.Person, CancellationToken.None).AsTask();

    public Task DenyAsync(CredentialName credential) => Vault.AsRootAsync("DELETE", $"sys/policies/acl/{_names!.Policy(credential)}");

    public Task<IAsyncDisposable> ThrottleAsync()
    {
        Vault.Throttled = true;
        return Task.FromResult<IAsyncDisposable>(new Undo(() => Vault.Throttled = false));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        if (_vault is not null)
        {
            await _vault.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected virtual VaultSecretSettings Change(VaultSecretSettings settings) => settings;

    private Task<JsonNode?> PolicyAsync(string name, string text) => Vault.AsRootAsync("POST", $"sys/policies/acl/{name}", new JsonObject { ["policy"] = text });

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}

/// <summary>The same, with transit.</summary>
public sealed class RealVaultTransitHarness : RealVaultHarness
{
    private protected override VaultSecretSettings Change(VaultSecretSettings settings) => settings with { Transit = new VaultTransitSettings("transit", "agentruntime") };
}
