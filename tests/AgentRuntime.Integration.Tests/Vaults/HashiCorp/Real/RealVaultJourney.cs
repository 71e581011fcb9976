using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Vaults.HashiCorp.Setup;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp.Real;

/// <summary>A real server that was set up by <c>vault apply</c>: the step in its own audit log, and logins of a real PostgreSQL that end with the step.</summary>
public sealed class RealVaultJourney : IAsyncLifetime
{
    private static readonly CredentialName Credential = CredentialName.Parse("crm/read");
    private readonly string _folder = Directory.CreateTempSubdirectory("agentruntime-real-journey-").FullName;
    private RealVault _vault = null!;

    private string AuditFile => Path.Combine(_folder, "audit.log");

    public async ValueTask InitializeAsync()
    {
        _vault = await RealVault.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.pem"), _vault.RootPem, CancellationToken.None);
        await _vault.AsRootAsync("POST", "sys/audit/file", new JsonObject { ["type"] = "file", ["options"] = new JsonObject { ["file_path"] = AuditFile } });
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_servers_own_audit_log_names_the_run_and_the_step_of_a_read()
    {
        await using var store = await SetUpAsync(Settings());
        await _vault.AsRootAsync("POST", "secret/data/agentruntime/crm/read", new JsonObject { ["data"] = new JsonObject { ["value"] = "x" } });

        var read = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(Request(), CancellationToken.None));
        await read.Access!.DisposeAsync();

        var line = (await File.ReadAllLinesAsync(AuditFile, CancellationToken.None)).Select(text => JsonElement.Parse(text))
            .Single(entry => entry.GetProperty("type").GetString() == "response" && entry.GetProperty("request").GetProperty("id").GetString() == read.StoreRequestId);
        var metadata = line.GetProperty("auth").GetProperty("metadata");
        Assert.Equal(("run_1", "find"), (metadata.GetProperty("run_id").GetString(), metadata.GetProperty("step_id").GetString()));
    }

    [Fact]
    public async Task Applying_again_changes_nothing_and_the_examination_is_content()
    {
        await using var store = await SetUpAsync(Settings());

        Assert.All(await ApplyAsync(Settings()), item => Assert.Equal(VaultPlanStatus.Same, item.Status));
        var findings = await store.ExamineAsync([Credential], CancellationToken.None).ToListAsync();
        Assert.All(findings.Where(finding => finding.Check != "vault audit"), finding => Assert.True(finding.Severity == StoreFindingSeverity.Good, finding.ToString()));
    }

    [Fact]
    public async Task A_database_login_ends_with_its_step()
    {
        var postgres = TestEnvironment.RequirePostgres();
        await _vault.AsRootAsync("POST", "sys/mounts/database", new JsonObject { ["type"] = "database" });
        await _vault.AsRootAsync("POST", "database/config/main", new JsonObject
        {
            ["plugin_name"] = "postgresql-database-plugin",
            ["allowed_roles"] = "reader",
            ["connection_url"] = string.Create(CultureInfo.InvariantCulture, $"postgresql://{{{{username}}}}:{{{{password}}}}@{postgres.Host}:{postgres.Port}/postgres?sslmode=disable"),
            ["username"] = postgres.Superuser,
            ["password"] = postgres.Password,
        });
        await _vault.AsRootAsync("POST", "database/roles/reader", new JsonObject
        {
            ["db_name"] = "main",
            ["creation_statements"] = new JsonArray("CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'"),
            ["default_ttl"] = "1m",
        });
        var settings = Settings() with { Database = new Dictionary<CredentialName, VaultDatabaseSettings> { [Credential] = new("database", "reader") } };
        await using var store = await SetUpAsync(settings);

        var read = Assert.IsType<SecretReadResult.Found>(await store.ReadAsync(Request(), CancellationToken.None));
        var (user, password) = (read.Material.Fields["username"].RevealString(), read.Material.Fields["password"].RevealString());

        Assert.Equal(0, await LogInAsync(postgres, user, password));
        await read.Access!.DisposeAsync();
        Assert.NotEqual(0, await LogInAsync(postgres, user, password));
    }

    private static SecretReadRequest Request() =>
        new(Credential, Version: null, new SecretAccessContext { Principal = "user:maria", Purpose = "step", Run = new RunId("run_1"), Step = new StepPath("find"), Attempt = 1 });

    private static async Task<int> LogInAsync(PostgresServer server, string user, string password)
    {
        var start = new ProcessStartInfo("psql", ["-h", server.Host, "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-U", user, "-d", "postgres", "-c", "select 1"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = password;
        using var process = Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private VaultSecretSettings Settings() =>
        new(_vault.Address, new VaultAuthSettings.AppRole("approle", "agentruntime", Path.Combine(_folder, "secret-id"), Wrapped: false)) { CaFile = Path.Combine(_folder, "ca.pem") };

    private async Task<VaultSecretStore> SetUpAsync(VaultSecretSettings settings)
    {
        await ApplyAsync(settings);
        using var token = SecretValue.CopyUtf8(_vault.RootToken);
        using var vault = VaultSetupSettings.Open(settings, [Credential], VaultSetupExtras.None, token, TimeProvider.System);
        await vault.WriteSecretIdAsync(Path.Combine(_folder, "secret-id"), TimeSpan.FromMinutes(5), CancellationToken.None);
        return VaultSecretStore.Open(new VaultStoreOptions { Settings = settings }, TimeProvider.System);
    }

    private async Task<List<VaultPlanItem>> ApplyAsync(VaultSecretSettings settings)
    {
        using var token = SecretValue.CopyUtf8(_vault.RootToken);
        using var vault = VaultSetupSettings.Open(settings, [Credential], VaultSetupExtras.None, token, TimeProvider.System);
        return await vault.ApplyAsync(CancellationToken.None).ToListAsync();
    }
}
