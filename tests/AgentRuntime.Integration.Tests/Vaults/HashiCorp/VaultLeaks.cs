using System.Text.Json.Nodes;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.TestKit.Vault;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>What the vault says is wrong never carries a value or a token into a result, however hostile the server is.</summary>
public sealed class VaultLeaks : IAsyncLifetime
{
    private const string Canary = "canary-c0ffee11-value-of-crm";
    private VaultPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await VaultPlace.StartAsync();
        _place.Grant("crm/read", "crm/write");
        await _place.PutAsync("crm/read", ("value", Canary));
    }

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    public static TheoryData<int, string> Errors => new()
    {
        { 400, "secret/data" },
        { 403, "secret/data" },
        { 404, "secret/data" },
        { 405, "secret/data" },
        { 412, "secret/data" },
        { 418, "secret/data" },
        { 429, "secret/data" },
        { 500, "secret/data" },
        { 503, "secret/data" },
        { 400, "auth/token/create" },
        { 403, "auth/token/create" },
        { 500, "auth/token/create" },
        { 400, "auth/approle" },
        { 403, "auth/approle" },
        { 500, "auth/approle" },
        { 400, "transit/decrypt" },
        { 500, "transit/decrypt" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Never_repeats_what_the_server_says(int status, string path)
    {
        _place.Vault.EchoesInErrors = true;
        var clock = new VaultClock();
        _place.Vault.OnRequest = request =>
        {
            clock.IsOver = request.Path.StartsWith(path, StringComparison.Ordinal);
            return clock.IsOver ? FakeAnswer.Fail(status, $"{Canary} is wrong", $"token {request.TokenText}") : null;
        };
        await using var store = _place.Open(settings => settings with { Transit = path.StartsWith("transit", StringComparison.Ordinal) ? new VaultTransitSettings("transit", "agentruntime") : null }, time: clock);
        if (path.StartsWith("transit", StringComparison.Ordinal))
        {
            _place.Vault.AsRoot("update", "secret/data/agentruntime/crm/read", new JsonObject { ["data"] = new JsonObject { ["value"] = "vault:v1:AAAA" } });
        }

        var result = await store.ReadAsync(VaultPlace.Read("crm/read"), CancellationToken.None);
        var failed = Assert.IsType<SecretReadResult.Failed>(result);
        Check(failed.ToString());
    }

    [Theory]
    [InlineData("""{"data":{"data":{"value":"canary-c0ffee11-value-of-crm"}""")]
    [InlineData("""<html>canary-c0ffee11-value-of-crm</html>""")]
    [InlineData("""{"data":{"data":"canary-c0ffee11-value-of-crm"}}""")]
    [InlineData("""{"data":{"data":{"value":["canary-c0ffee11-value-of-crm"]},"metadata":{"version":1}}}""")]
    [InlineData("""{"data":{"data":{"canary-c0ffee11-value-of-crm\n":null},"metadata":{"version":1}}}""")]
    [InlineData("""{"data":{"data":{"value":"\ud800canary-c0ffee11-value-of-crm"},"metadata":{"version":1}}}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public async Task Never_repeats_an_answer_that_it_cannot_read(string body)
    {
        await using var server = await TestKit.Http.LoopbackServer.StartAsync(
            async context =>
            {
                context.Response.StatusCode = 200;
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, context.Request.Path.StartsWithSegments("/v1/auth") ? Login(context.Request.Path) : body);
            },
            certificate: null);
        await using var store = _place.Open(settings => settings with { Address = server.Url, AllowPlainHttp = true, CaFile = null });
        var failed = Assert.IsType<SecretReadResult.Failed>(await store.ReadAsync(VaultPlace.Read("crm/read"), CancellationToken.None));
        Check(failed.ToString());
    }

    [Fact]
    public async Task Never_prints_tokens_of_its_parts()
    {
        await using var store = _place.Open();
        var found = await store.FoundAsync(VaultPlace.Read("crm/read"));
        Check(string.Join('\n', found.ToString(), found.Access!.ToString(), store.Parts.Settings.ToString(), found.Material.ToString()));
    }

    [Fact]
    public async Task Never_sends_a_value_or_token_in_an_address()
    {
        await using (var store = _place.Open(asOperator: true))
        {
            using var value = SecretValue.CopyUtf8(Canary);
            Assert.True((await store.SetAsync(VaultPlace.Credential("crm/write"), new Dictionary<string, SecretValue> { ["value"] = value }, WriteCondition.None, VaultPlace.Person, CancellationToken.None)).Succeeded);
            await store.ValueAsync(VaultPlace.Read("crm/write"));
            await store.ListAsync([VaultPlace.Credential("crm/write")], VaultPlace.Person, CancellationToken.None);
        }

        Check(string.Join('\n', _place.Vault.Requests));
        Check(string.Join('\n', _place.Vault.AuditLines));
    }

    private static string Login(string path) => path.EndsWith("login", StringComparison.Ordinal)
        ? """{"auth":{"client_token":"s.canary-token-00001111","accessor":"a1","policies":["agentruntime-runtime"],"lease_duration":1200,"renewable":true,"token_type":"service"}}"""
        : """{"auth":{"client_token":"s.canary-token-22223333","accessor":"a2","policies":["agentruntime-crm.read"],"lease_duration":60,"renewable":false,"token_type":"service"}}""";

    private void Check(string text)
    {
        var tokens = _place.Vault.TokensMadeAt(VaultPlace.MintPath).Concat(_place.Vault.TokensMadeAt("auth/approle/login")).Select((token, index) => ($"token {index}", token.Text));
        var detector = new LeakDetector([("value", Canary), ("first fixed token", "s.canary-token-00001111"), ("second fixed token", "s.canary-token-22223333"), ("root", _place.Vault.RootToken), ("secret id", File.ReadAllText(_place.SecretIdFile)), .. tokens]);
        Assert.Empty(detector.Search(text));
    }
}
