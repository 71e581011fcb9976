using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Workspaces;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultLogins : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync(_time);
        _place.Grant("crm/read");
        await _place.PutAsync("crm/read", ("value", "one"));
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Logs_in_once_however_many_read_at_once()
    {
        await using var store = _place.Open(time: _time);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => store.ValueAsync(VaultPlace.Read("crm/read")))));
        Assert.Equal(1, _place.Vault.Logins);
    }

    [Fact]
    public async Task Renews_its_token_before_it_expires()
    {
        await using var store = _place.Open(time: _time);
        await ReadAsync(store);
        _time.Advance(TimeSpan.FromMinutes(15));
        await ReadAsync(store);
        Assert.Single(_place.Vault.Requests, request => request.EndsWith("/renew-self", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromMinutes(10));
        await ReadAsync(store);
        Assert.Equal(1, _place.Vault.Logins);
    }

    [Fact]
    public async Task Logs_in_again_when_its_token_has_expired()
    {
        await using var store = _place.Open(time: _time);
        await ReadAsync(store);
        _time.Advance(TimeSpan.FromHours(3));
        await ReadAsync(store);
        Assert.Equal(2, _place.Vault.Logins);
    }

    [Fact]
    public async Task Logs_in_again_once_when_its_token_was_revoked()
    {
        await using var store = _place.Open(time: _time);
        await ReadAsync(store);
        _place.Vault.Revoke(Assert.Single(_place.Vault.TokensMadeAt("auth/approle/login")));
        await ReadAsync(store);
        Assert.Equal(2, _place.Vault.Logins);
    }

    [Fact]
    public async Task Does_not_log_in_again_when_a_policy_denies()
    {
        _place.Vault.SetPolicy(VaultPlace.RuntimePolicy, string.Empty);
        await using var store = _place.Open(time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Denied);
        Assert.Contains(VaultPlace.Role, failed.Message);
        Assert.Equal(1, _place.Vault.Logins);
    }

    [Fact]
    public async Task Ends_its_own_token_when_it_is_closed()
    {
        var store = _place.Open(time: _time);
        await ReadAsync(store);
        await store.DisposeAsync();
        Assert.False(_place.Vault.IsGood(Assert.Single(_place.Vault.TokensMadeAt("auth/approle/login"))));
    }

    [Fact]
    public async Task Says_that_the_secret_id_is_not_valid_any_more()
    {
        _place.Vault.RemoveSecretIds("runtime");
        await using var store = _place.Open(time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Denied);
        Assert.Contains("secret id", failed.Message);
        Assert.Contains("Issue a new one", failed.Message);
    }

    [Fact]
    public async Task Opens_a_wrapped_secret_id_and_deletes_its_file()
    {
        var file = _place.Write("wrapped", Wrapped());
        await using var store = _place.Open(WrappedAuth(file), time: _time);
        await ReadAsync(store);
        Assert.False(File.Exists(file));
        _time.Advance(TimeSpan.FromHours(3));
        await ReadAsync(store);
        Assert.Equal(2, _place.Vault.Logins);
    }

    [Fact]
    public async Task Raises_an_alarm_when_somebody_else_opened_the_wrapped_secret_id()
    {
        var wrapping = Wrapped();
        var file = _place.Write("wrapped", wrapping);
        await using (var thief = _place.Open(WrappedAuth(_place.Write("copy", wrapping)), time: _time))
        {
            await ReadAsync(thief);
        }

        await using var store = _place.Open(WrappedAuth(file), time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Integrity);
        Assert.Contains("opened before", failed.Message);
        Assert.Contains("revoke", failed.Message);
        Assert.DoesNotContain(wrapping, failed.ToString());
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Raises_an_alarm_when_the_wrapping_token_wraps_something_else()
    {
        var file = _place.Write("wrapped", _place.Vault.Wrap(new JsonObject { ["secret_id"] = "from-an-attacker" }, "cubbyhole/response", TimeSpan.FromMinutes(5)));
        await using var store = _place.Open(WrappedAuth(file), time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Integrity);
        Assert.Contains("something else", failed.Message);
        Assert.DoesNotContain(_place.Vault.Requests, request => request.EndsWith("/unwrap", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kubernetes")]
    [InlineData("jwt")]
    public async Task Logs_in_with_a_JWT_that_is_read_again_each_time(string method)
    {
        _place.Vault.AddJwt(method, "runtime", "header.first.signature", VaultPlace.RuntimePolicy);
        var file = _place.Write("jwt", "header.first.signature\n");
        VaultAuthSettings auth = method == "jwt" ? new VaultAuthSettings.Jwt("jwt", "runtime", file) : new VaultAuthSettings.Kubernetes("kubernetes", "runtime", file);
        await using var store = _place.Open(settings => settings with { Auth = auth }, time: _time);
        await ReadAsync(store);
        _place.Vault.AddJwt(method, "runtime", "header.second.signature", VaultPlace.RuntimePolicy);
        _place.Write("jwt", "header.second.signature");
        _time.Advance(TimeSpan.FromHours(3));
        await ReadAsync(store);
    }

    [Fact]
    public async Task Takes_a_service_account_token_that_the_pod_may_read_and_nobody_may_change()
    {
        _place.Vault.AddJwt("kubernetes", "runtime", "a.b.c", VaultPlace.RuntimePolicy);
        const UnixFileMode Mounted = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var file = _place.Write("token", "a.b.c", Mounted);
        await using (var store = _place.Open(settings => settings with { Auth = new VaultAuthSettings.Kubernetes("kubernetes", "runtime", file) }, time: _time))
        {
            await ReadAsync(store);
        }

        _place.Write("token", "a.b.c", Mounted | UnixFileMode.OtherWrite);
        await using var refused = _place.Open(settings => settings with { Auth = new VaultAuthSettings.Kubernetes("kubernetes", "runtime", file) }, time: _time);
        await refused.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid);
    }

    [Fact]
    public async Task Logs_in_with_a_client_certificate()
    {
        using var certificate = _place.Vault.AddCertificate("node-1", VaultPlace.RuntimePolicy);
        var cert = _place.Write("client.pem", certificate.ExportCertificatePem());
        var key = _place.Write("client.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var store = _place.Open(settings => settings with { Auth = new VaultAuthSettings.Certificate("cert", null, cert, key) }, time: _time);
        await ReadAsync(store);
    }

    [Fact]
    public async Task Reads_the_token_file_of_an_agent_again_when_it_changes()
    {
        var file = _place.Write("agent-token", _place.Vault.AddToken(VaultPlace.RuntimePolicy));
        await using var store = _place.Open(settings => settings with { Auth = new VaultAuthSettings.AgentToken(file) }, time: _time);
        await ReadAsync(store);
        var second = _place.Vault.AddToken(VaultPlace.RuntimePolicy);
        foreach (var old in _place.Vault.TokensMadeAt("auth/token/create").Where(token => token.Text != second))
        {
            _place.Vault.Revoke(old);
        }

        _place.Write("agent-token", second + "\n");
        await ReadAsync(store);
    }

    [Fact]
    public async Task Leaves_the_agents_token_alone_when_it_is_closed()
    {
        var file = _place.Write("agent-token", _place.Vault.AddToken(VaultPlace.RuntimePolicy));
        await using (var store = _place.Open(settings => settings with { Auth = new VaultAuthSettings.AgentToken(file) }, time: _time))
        {
            await ReadAsync(store);
        }

        Assert.All(_place.Vault.TokensMadeAt("auth/token/create"), token => Assert.True(_place.Vault.IsGood(token)));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite)]
    public async Task Refuses_a_token_file_that_others_can_use(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions.");
        var token = _place.Vault.AddToken(VaultPlace.RuntimePolicy);
        var file = _place.Write("agent-token", token, mode);
        await using var store = _place.Open(settings => settings with { Auth = new VaultAuthSettings.AgentToken(file) }, time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid);
        Assert.Contains("chmod 600", failed.Message);
        Assert.DoesNotContain(token, failed.ToString());
        Assert.DoesNotContain(_place.Vault.Requests, request => request.Contains("/create/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("line\r\nX-Other: header")]
    [InlineData("schlüssel")]
    [InlineData("")]
    public async Task Refuses_a_token_file_that_holds_something_else(string content)
    {
        var file = _place.Write("agent-token", content);
        await using var store = _place.Open(settings => settings with { Auth = new VaultAuthSettings.AgentToken(file) }, time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid);
        Assert.True(content.Length == 0 || !failed.Message.Contains(content, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("VAULT_TOKEN")]
    [InlineData("BAO_TOKEN")]
    public void Refuses_to_open_while_the_environment_holds_a_token(string variable)
    {
        var thrown = Assert.Throws<SecretStoreException>(() => VaultSecretStore.Open(new VaultStoreOptions { Settings = _place.Settings, TokenVariable = variable }, _time));
        Assert.Equal(SecretFailureKind.Invalid, thrown.Failure);
        Assert.Contains(variable, thrown.Message);
        foreach (var alternative in new[] { "kubernetes", "jwt", "cert", "approle", "token_file", "--token-file" })
        {
            Assert.Contains(alternative, thrown.Message);
        }
    }

    [Fact]
    public async Task Refuses_a_namespace_that_the_server_ignores()
    {
        await using var store = _place.Open(settings => settings with { Namespace = "team-a" }, time: _time);
        var failed = await store.FailedAsync(VaultPlace.Read("crm/read"), SecretFailureKind.Invalid);
        Assert.Contains("ignores the namespace 'team-a'", failed.Message);
    }

    [Fact]
    public async Task Uses_a_namespace_that_the_server_has()
    {
        _place.Vault.Namespaces = ["team-a"];
        await using var store = _place.Open(settings => settings with { Namespace = "team-a" }, time: _time);
        await ReadAsync(store);
    }

    private static async Task ReadAsync(ISecretStore store) => Assert.Equal("one", await store.ValueAsync(VaultPlace.Read("crm/read")));

    private static Func<VaultSecretSettings, VaultSecretSettings> WrappedAuth(string file) =>
        settings => settings with { Auth = new VaultAuthSettings.AppRole("approle", "role-id-of-runtime", file, Wrapped: true) };

    private string Wrapped() => _place.Vault.Wrap(new JsonObject { ["secret_id"] = File.ReadAllText(_place.SecretIdFile), ["secret_id_accessor"] = "x", ["secret_id_ttl"] = 600 }, "auth/approle/role/runtime/secret-id", TimeSpan.FromMinutes(5));
}
