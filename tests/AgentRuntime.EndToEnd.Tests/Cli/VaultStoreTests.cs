using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Cli;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.TestKit.Samples;
using AgentRuntime.TestKit.Vault;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>The real command on a vault: from an empty one, by one page of the documentation, to a governed run that the vault's own log explains.</summary>
public sealed class VaultStoreTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly string _key = SampleKeys.NewText();
    private FakeVault _vault = null!;
    private SampleServer _crm = null!;

    private string TokenFile => Path.Combine(_folder.Root, "operator-token");

    private string SecretIdFile => Path.Combine(_folder.Root, "secret-id");

    public async ValueTask InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        _crm = await SampleServer.StartAsync("crm", new Dictionary<string, JsonNode> { ["read"] = _key, ["write"] = SampleKeys.NewText() }, TestContext.Current.CancellationToken);
        (await _folder.Command.RunAsync("init")).Exits(0);
        _folder.Write("ca.pem", _vault.RootPem);
        _folder.Write("agentruntime.json", $$"""
            { "secrets": { "store": "vault", "vault": { "address": "{{_vault.Address}}", "ca_file": "ca.pem", "auth": { "method": "approle", "role_id": "agentruntime", "secret_id_file": "{{SecretIdFile}}" } } } }
            """);
        LookupFiles.Write(_folder, _crm.Port);
        WriteToken(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public async ValueTask DisposeAsync()
    {
        await _crm.DisposeAsync();
        await _vault.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_an_empty_vault_to_a_governed_run_that_the_vaults_own_log_explains()
    {
        List<CliResult> said =
        [
            (await _folder.Command.RunAsync("vault", "plan")).Exits(0),
            (await _folder.Command.RunAsync("vault", "apply", "--token-file", TokenFile, "--secret-id-file", SecretIdFile, "--yes")).Exits(0),
            (await _folder.Command.RunWithAsync(_key + "\n", "credentials", "set", "crm/read", "--token-file", TokenFile)).Exits(0),
            (await _folder.Command.RunAsync("credentials", "versions", "crm/read")).Exits(0),
            (await _folder.Command.RunAsync("doctor", "--json")).Exits(0),
            (await _folder.Command.RunAsync("run", "lookup")).Exits(0),
            (await _folder.Command.RunAsync("audit", "export")).Exits(0),
        ];
        var outcome = said[^1].JsonLines().Last(entry => entry.GetProperty("phase").GetString() == "outcome");
        Assert.Equal("crm/read", outcome.GetProperty("credential").GetString());
        Assert.False(string.IsNullOrEmpty(outcome.GetProperty("token_accessor").GetString()));

        // The auditor's question, answered from the vault's log: run, step and attempt stand beside the read, and nothing else read it.
        var read = _vault.AuditLines.Select(line => JsonElement.Parse(line)).Single(line => IsRead(line, outcome.GetProperty("store_request_id").GetString()!));
        Assert.Equal(outcome.GetProperty("run_id").GetString(), read.GetProperty("auth").GetProperty("metadata").GetProperty("run_id").GetString());
        Assert.Equal("find", read.GetProperty("auth").GetProperty("metadata").GetProperty("step_id").GetString());
        said.Add((await ReconcileAsync()).Exits(0));

        // Somebody reads the credential with a token of their own: it is found.
        await ReadBesideAsync();
        said.Add((await ReconcileAsync()).Exits(5));

        var detector = new LeakDetector([("value", _key), ("operator", _vault.RootToken), ("secret id", await File.ReadAllTextAsync(SecretIdFile, TestContext.Current.CancellationToken))]);
        Assert.Empty(detector.SearchTree(_folder.Root, path => path != TokenFile && path != SecretIdFile).Leaks);
        Assert.All(said, one => Assert.Empty(detector.Search(one.Output + one.Errors)));
        Assert.All(_vault.TokensMadeAt("auth/token/create/agentruntime-step"), token => Assert.False(_vault.IsGood(token)));
    }

    [Fact]
    public async Task Applying_again_changes_nothing_and_asks_nobody()
    {
        (await _folder.Command.RunAsync("vault", "apply", "--token-file", TokenFile, "--yes")).Exits(0);

        var again = (await _folder.Command.RunAsync("vault", "apply", "--token-file", TokenFile, "--json")).Exits(0).Json();

        Assert.All(again.GetProperty("items").EnumerateArray(), item => Assert.Equal("same", item.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Moves_what_the_embedded_store_holds_without_writing_a_value()
    {
        var settings = await File.ReadAllTextAsync(_folder.File("agentruntime.json"), TestContext.Current.CancellationToken);
        _folder.Write("agentruntime.json", settings.Replace("\"store\": \"vault\"", "\"store\": \"embedded\"", StringComparison.Ordinal));
        (await _folder.Command.RunWithAsync(_key + "\n", "credentials", "set", "crm/read")).Exits(0);
        _folder.Write("agentruntime.json", settings);
        (await _folder.Command.RunAsync("vault", "apply", "--token-file", TokenFile, "--secret-id-file", SecretIdFile, "--yes")).Exits(0);

        var dry = (await _folder.Command.RunAsync("credentials", "copy", "--from", "embedded", "--to", "vault", "--dry-run", "--json", "--token-file", TokenFile)).Exits(0).Json();
        var copied = (await _folder.Command.RunAsync("credentials", "copy", "--from", "embedded", "--to", "vault", "--json", "--token-file", TokenFile)).Exits(0);
        var again = (await _folder.Command.RunAsync("credentials", "copy", "--from", "embedded", "--to", "vault", "--json", "--token-file", TokenFile)).Exits(0).Json();

        Assert.Equal("would_copy", ResultOf(dry));
        Assert.Equal("copied", ResultOf(copied.Json()));
        Assert.Equal("same", ResultOf(again));
        (await _folder.Command.RunAsync("run", "lookup")).Exits(0);
        Assert.DoesNotContain(_key, copied.Output + copied.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_yes_nothing_is_changed()
    {
        var refused = (await _folder.Command.RunWithAsync(string.Empty, "vault", "apply", "--token-file", TokenFile)).Exits(2);

        Assert.Contains("Nothing was changed", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(_vault.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_file_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        WriteToken(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var refused = (await _folder.Command.RunAsync("vault", "plan", "--token-file", TokenFile)).Exits(2);

        Assert.Contains("chmod 600", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(_vault.Requests);
    }

    [Fact]
    public async Task A_sealed_vault_fails_the_run_with_exit_4_and_says_so()
    {
        (await _folder.Command.RunAsync("vault", "apply", "--token-file", TokenFile, "--secret-id-file", SecretIdFile, "--yes")).Exits(0);
        _folder.Write("agentruntime.json", (await File.ReadAllTextAsync(Path.Combine(_folder.Workspace, "agentruntime.json"), TestContext.Current.CancellationToken)).Replace("\"ca_file\"", "\"timeout_s\": 0.5, \"ca_file\"", StringComparison.Ordinal));
        _vault.Sealed = true;

        var failed = (await _folder.Command.RunAsync("run", "lookup", "--json")).Exits(4);

        Assert.Contains("sealed", failed.Output, StringComparison.Ordinal);
    }

    private static string? ResultOf(JsonElement answer) => answer.GetProperty("credentials")[0].GetProperty("result").GetString();

    private static bool IsRead(JsonElement line, string requestId) =>
        line.GetProperty("type").GetString() == "response" && line.GetProperty("request").GetProperty("id").GetString() == requestId;

    private async Task<CliResult> ReconcileAsync()
    {
        var log = Path.Combine(_folder.Root, "audit.log");
        await File.WriteAllLinesAsync(log, _vault.AuditLines, TestContext.Current.CancellationToken);
        return await _folder.Command.RunAsync("audit", "reconcile", "--vault-audit", log);
    }

    private async Task ReadBesideAsync()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(_vault.RootPem);
        using var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Add("X-Vault-Token", _vault.RootToken);
        (await client.GetAsync(new Uri(_vault.Address, "/v1/secret/data/agentruntime/crm/read"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    private void WriteToken(UnixFileMode mode)
    {
        File.WriteAllText(TokenFile, _vault.RootToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(TokenFile, mode);
        }
    }
}
