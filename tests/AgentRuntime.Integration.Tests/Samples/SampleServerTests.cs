using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.Integration.Tests.Samples;

public sealed class SampleServerTests
{
    private static readonly JsonObject NoParameters = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_a_missing_and_a_wrong_key()
    {
        await using var crm = await Crm(NewKey(), NewKey());
        using var nobody = new SampleClient(crm);
        using var stranger = new SampleClient(crm, Bearer(NewKey()));

        var (status, _, response) = await nobody.SendAsync("initialize", NoParameters);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.InitializeAsync());
    }

    [Fact]
    public async Task Refuses_a_key_of_a_lesser_scope_and_says_which_scope_is_needed()
    {
        var key = NewKey();
        await using var crm = await Crm(key, NewKey());
        using var client = new SampleClient(crm, Bearer(key));
        await client.InitializeAsync();

        var (status, _) = await client.CallAsync("update_customer", new JsonObject { ["customer_id"] = "C-1001" });

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(new RefusedRequest(403, "update_customer", SampleServer.Fingerprint(key)), Assert.Single(await crm.RefusalsAsync(Token)));
        Assert.Empty(await crm.CallsAsync(Token));
    }

    [Fact]
    public async Task Refuses_the_old_key_from_the_moment_it_is_changed_also_inside_a_session()
    {
        var (old, next) = (NewKey(), NewKey());
        await using var crm = await Crm(old, NewKey());
        using var before = new SampleClient(crm, Bearer(old));
        using var after = new SampleClient(crm, Bearer(next));
        await before.InitializeAsync();
        var find = new JsonObject { ["query"] = "Brightwater" };
        var (first, _) = await before.CallAsync("find_customer", find);

        await crm.ChangeKeyAsync("read", next, Token);

        var (second, _) = await before.CallAsync("find_customer", find);
        await after.InitializeAsync();
        var (third, _) = await after.CallAsync("find_customer", find);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK), (first, second, third));
        Assert.Equal([SampleServer.Fingerprint(old), SampleServer.Fingerprint(next)], (await crm.CallsAsync(Token)).Select(call => call.KeyFingerprint));
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    [InlineData("2024-11-05")]
    public async Task Speaks_the_revision(string revision)
    {
        var key = NewKey();
        await using var crm = await Crm(key, NewKey());
        using var client = new SampleClient(crm, Bearer(key));

        Assert.Equal(HttpStatusCode.OK, await client.InitializeAsync(revision));
        var (_, result) = await client.CallAsync("find_customer", new JsonObject { ["query"] = "C-1001" });

        Assert.Equal("C-1001", (string?)JsonNode.Parse((string)result!["content"]![0]!["text"]!)!["customer"]!["id"]);
        Assert.Equal(string.CompareOrdinal(revision, "2025-06-18") >= 0, result["structuredContent"] is not null);
    }

    [Fact]
    public async Task Answers_400_to_a_newer_revisions_probe_and_404_to_an_unknown_session()
    {
        var key = NewKey();
        await using var crm = await Crm(key, NewKey());
        using var client = new SampleClient(crm, Bearer(key));

        var (probe, _, _) = await client.SendAsync("server/discover", NoParameters);
        var (stranger, _, _) = await client.SendAsync("ping", NoParameters, ("Mcp-Session-Id", "none"));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (probe, stranger));
    }

    [Theory]
    [InlineData("Host", "rebound.example")]
    [InlineData("Origin", "https://page.example")]
    public async Task Refuses_what_a_web_page_could_send(string header, string value)
    {
        var key = NewKey();
        await using var crm = await Crm(key, NewKey());
        using var client = new SampleClient(crm, Bearer(key), (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, await client.InitializeAsync());
    }

    [Fact]
    public async Task Sends_an_email_once_for_one_idempotency_key()
    {
        var password = NewKey();
        await using var email = await SampleServer.StartAsync("email", Keys("send", new JsonObject { ["username"] = "user", ["password"] = password }), Token);
        using var client = new SampleClient(email, ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{password}"))}"));
        await client.InitializeAsync();

        var first = (await client.CallAsync("send_email", Mail(), "key-1")).Result;
        var again = (await client.CallAsync("send_email", Mail(), "key-1")).Result;
        var other = (await client.CallAsync("send_email", Mail(), "key-2")).Result;

        Assert.True(JsonNode.DeepEquals(first, again));
        Assert.Equal((1, 2), ((int)first!["structuredContent"]!["sequence"]!, (int)other!["structuredContent"]!["sequence"]!));
    }

    [Fact]
    public async Task Takes_two_headers_that_only_together_are_a_credential()
    {
        var token = NewKey();
        await using var journal = await SampleServer.StartAsync("internal", Keys("audit", new JsonObject { ["id"] = "svc", ["token"] = token }), Token);
        using var half = new SampleClient(journal, ("X-Service-Id", "svc"));
        using var swapped = new SampleClient(journal, ("X-Service-Id", token), ("X-Service-Token", "svc"));
        using var whole = new SampleClient(journal, ("X-Service-Id", "svc"), ("X-Service-Token", token));

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            [await half.InitializeAsync(), await swapped.InitializeAsync(), await whole.InitializeAsync()]);
    }

    [Fact]
    public async Task Lets_only_the_refund_key_pay_back()
    {
        var (read, refund) = (NewKey(), NewKey());
        await using var payments = await SampleServer.StartAsync("payments", new Dictionary<string, JsonNode> { ["read"] = read, ["refund"] = refund }, Token);
        using var reader = new SampleClient(payments, ("X-Api-Key", read));
        using var payer = new SampleClient(payments, ("X-Api-Key", refund));
        await reader.InitializeAsync();
        await payer.InitializeAsync();
        var request = new JsonObject { ["payment_id"] = "P-5002", ["amount"] = 22_000, ["reason"] = "duplicate" };

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("create_refund", request)).Status);
        Assert.Equal("R-0001", (string?)(await payer.CallAsync("create_refund", request)).Result!["structuredContent"]!["refund_id"]);
        Assert.True((bool)(await payer.CallAsync("create_refund", request)).Result!["isError"]!);
    }

    private static Task<SampleServer> Crm(string read, string write) =>
        SampleServer.StartAsync("crm", new Dictionary<string, JsonNode> { ["read"] = read, ["write"] = write }, Token);

    private static Dictionary<string, JsonNode> Keys(string scope, JsonNode key) => new() { [scope] = key };

    private static (string, string) Bearer(string key) => ("Authorization", $"Bearer {key}");

    private static JsonObject Mail() => new() { ["to"] = "someone@mail.example", ["subject"] = "A subject", ["body"] = "A text." };

    private static string NewKey() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
}
