using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentRuntime.TestKit.Vault;
using Microsoft.Extensions.Time.Testing;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>The fake vault answers what the recorded server answered: status, errors, and the members of the answer.</summary>
public sealed partial class FakeVaultTranscripts
{
    /// <summary>What the fake does not have, which no code of ours asks for.</summary>
    private static readonly Dictionary<string, string> Left = new(StringComparer.Ordinal)
    {
        ["health-head"] = "HEAD gives no body to compare",
        ["leader"] = "no high availability",
        ["init-status"] = "no initialisation",
        ["sealed-health-custom-code"] = "asked by nobody",
        ["kv2-write-big"] = "recorded shortened",
        ["transit-hmac"] = "no signing",
        ["db-static-role-create"] = "no static roles",
        ["db-static-creds"] = "no static roles",
        ["db-static-rotate"] = "no static roles",
        ["db-static-creds-after-rotate"] = "no static roles",
        ["token-create-orphan-denied"] = "the path of its own is no role",
        ["capabilities-accessor"] = "asked by nobody",
        ["ui-mounts-secret"] = "asked by nobody",
        ["host-info-denied"] = "asked by nobody",
        ["metrics-denied"] = "asked by nobody",
        ["bad-wrap-ttl"] = "another wording",
        ["malformed-json"] = "the recorded body is no JSON to send",
        ["mounts"] = "has the mounts of the recorded server",
    };

    [Theory]
    [InlineData("01-health.jsonl")]
    [InlineData("02-approle.jsonl", "03-step-token.jsonl", "04-wrapping.jsonl")]
    [InlineData("05-kv2.jsonl")]
    [InlineData("02-approle.jsonl", "06-transit.jsonl")]
    [InlineData("02-approle.jsonl", "07-database.jsonl")]
    [InlineData("02-approle.jsonl", "09-sys.jsonl")]
    [InlineData("02-approle.jsonl", "10-errors.jsonl")]
    [InlineData("02-approle.jsonl", "11-sealed.jsonl")]
    public async Task Answers_as_recorded(params string[] files)
    {
        var all = files.SelectMany(Transcript.Read).ToArray();
        var time = new FakeTimeProvider(all[0].Date);
        await using var vault = await StartAsync(time);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["<token-root>"] = vault.RootToken,
            ["<role-id-runtime>"] = "role-id-of-agent-runtime",
            ["<secret-id-runtime>"] = "recorded-secret-id",
        };
        var differences = new List<string>();
        foreach (var one in all.Where(one => !Left.ContainsKey(one.Name) && !one.Name.StartsWith("quota", StringComparison.Ordinal) && !one.Name.StartsWith("unseal", StringComparison.Ordinal)))
        {
            if (one.Date > time.GetUtcNow())
            {
                time.SetUtcNow(one.Date);
            }

            vault.RetryAfter = one.Status == 429 && one.Path.Contains("kv1", StringComparison.Ordinal) ? 9 : null;
            vault.Sealed = one.Name.StartsWith("sealed", StringComparison.Ordinal) || (vault.Sealed && !one.Name.StartsWith("read-right-after", StringComparison.Ordinal));
            using var response = await SendAsync(http, vault, one, known);
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            var body = text.Length == 0 || response.Content.Headers.ContentType?.MediaType != "application/json" ? null : JsonNode.Parse(text);
            Compare(one, (int)response.StatusCode, body, known, differences);
        }

        Assert.Empty(differences);
    }

    [Fact]
    public async Task Writes_audit_lines_with_the_recorded_members()
    {
        await using var place = await VaultPlace.StartAsync();
        place.Grant("crm/read");
        await place.PutAsync("crm/read", ("value", "one"));
        await using var store = place.Open();
        await store.FoundAsync(VaultPlace.Read("crm/read"));
        var recorded = File.ReadLines(Transcript.PathOf("audit.jsonl")).Select(line => JsonNode.Parse(line)!).Where(line => line["_exchange"]!.ToString() == "step-read-last-use").ToArray();
        var ours = place.Vault.AuditLines.Select(line => JsonNode.Parse(line)!).Where(line => line["request"]!["path"]!.ToString() == "secret/data/agentruntime/crm/read" && line["auth"]!["metadata"]?["run_id"] is not null).ToArray();
        Assert.Equal(2, ours.Length);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(Members(recorded[i]).Except(["_exchange"]), Members(ours[i]));
            foreach (var part in new[] { "auth", "request", "response" })
            {
                Assert.Equal(Members(recorded[i][part]).Except(["headers"]), Members(ours[i][part]));
            }
        }
    }

    private static IEnumerable<string> Members(JsonNode? node) => node is JsonObject members ? members.Select(pair => pair.Key).Order(StringComparer.Ordinal) : [];

    private static void Compare(Transcript one, int status, JsonNode? body, Dictionary<string, string> known, List<string> differences)
    {
        if (status != one.Status)
        {
            differences.Add($"{one.Name}: {status} instead of {one.Status}: {body?.ToJsonString()}");
            return;
        }

        if (one.ResponseBody is not JsonObject expected)
        {
            return;
        }

        if (!Members(expected).SequenceEqual(Members(body)))
        {
            differences.Add($"{one.Name}: members {string.Join(' ', Members(body))} instead of {string.Join(' ', Members(expected))}");
            return;
        }

        if (expected["errors"] is { } errors && errors.ToJsonString() != body!["errors"]?.ToJsonString())
        {
            differences.Add($"{one.Name}: {body["errors"]?.ToJsonString()} instead of {errors.ToJsonString()}");
        }

        foreach (var part in new[] { "data", "auth", "wrap_info" })
        {
            // The recorded AppRole is bound to addresses.
            if (!Members(expected[part]).Except(["bound_cidrs"]).SequenceEqual(Members(body![part])))
            {
                differences.Add($"{one.Name}: {part} {string.Join(' ', Members(body[part]))} instead of {string.Join(' ', Members(expected[part]))}");
            }
        }

        if ((expected["warnings"] is null) != (body!["warnings"] is null))
        {
            differences.Add($"{one.Name}: warnings {body["warnings"]?.ToJsonString()}");
        }

        Learn(expected, body, known);
    }

    /// <summary>Secrets were replaced by placeholders when they were recorded; ours stand for them from here on.</summary>
    private static void Learn(JsonNode? recorded, JsonNode? ours, Dictionary<string, string> known)
    {
        switch (recorded, ours)
        {
            case (JsonObject left, JsonObject right):
                foreach (var (name, value) in left)
                {
                    Learn(value, right[name], known);
                }

                break;
            case (JsonValue left, JsonValue right) when left.ToString() is var text && (Placeholder().IsMatch(text) || text.StartsWith("vault:v", StringComparison.Ordinal) || text.StartsWith("database/creds/", StringComparison.Ordinal)):
                known.TryAdd(text, right.ToString());
                break;
        }
    }

    private static async Task<FakeVault> StartAsync(FakeTimeProvider time)
    {
        var vault = await FakeVault.StartAsync(time, plain: true);
        vault.Modern = false;
        vault.SetPolicy("agent-runtime", """
            path "auth/token/create/agent-step" { capabilities = ["update"] }
            path "auth/token/revoke-accessor" { capabilities = ["update"] }
            path "auth/token/lookup-accessor" { capabilities = ["update"] }
            path "transit/encrypt/agentruntime-master" { capabilities = ["update"] }
            path "transit/decrypt/agentruntime-master" { capabilities = ["update"] }
            path "transit/rewrap/agentruntime-master" { capabilities = ["update"] }
            path "transit/datakey/*" { capabilities = ["update"] }
            """);
        vault.SetPolicy("step-github", """path "secret/data/tools/github" { capabilities = ["read"] }""");
        vault.SetPolicy("step-db", """
            path "database/creds/agent-readonly" { capabilities = ["read"] }
            path "sys/leases/renew" { capabilities = ["update"] }
            path "sys/leases/revoke" { capabilities = ["update"] }
            """);
        vault.AddAppRole("agent-runtime", "role-id-of-agent-runtime", "recorded-secret-id", TimeSpan.FromSeconds(1200), "agent-runtime");
        vault.AddLimitedAppRole("agent-oneshot", secretIdUses: 1, tokenUses: 2, TimeSpan.FromSeconds(60), "step-github");
        vault.AddDatabaseRole("agent-readonly");
        foreach (var name in new[] { "agent-step", "agent-step-batch" })
        {
            vault.AsRoot("update", $"auth/token/roles/{name}", new JsonObject
            {
                ["allowed_policies"] = new JsonArray("step-db", "step-github", "step-workflow"),
                ["orphan"] = true,
                ["renewable"] = false,
                ["token_explicit_max_ttl"] = name == "agent-step" ? "900s" : "0s",
                ["token_type"] = name == "agent-step" ? "default-service" : "batch",
            });
        }

        vault.AsRoot("update", "transit/keys/agentruntime-master");
        foreach (var (path, data) in new[]
        {
            ("tools/github", new JsonObject { ["owner"] = "acme", ["token"] = "value-of-github-token" }),
            ("tools/crm", new JsonObject { ["token"] = "value-of-crm" }),
            ("workflows/wf-invoice/smtp", new JsonObject { ["password"] = "value-of-smtp-password" }),
        })
        {
            vault.AsRoot("update", $"secret/data/{path}", new JsonObject { ["data"] = data });
        }

        vault.AsRoot("update", "kv1/a", new JsonObject { ["password"] = "value-1", ["ttl"] = "30m" });
        return vault;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, FakeVault vault, Transcript one, Dictionary<string, string> known)
    {
        using var message = new HttpRequestMessage(new HttpMethod(one.Method), new Uri($"{vault.Address.GetLeftPart(UriPartial.Authority)}{one.Path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, value) in one.RequestHeaders.Where(pair => pair.Key != "Content-Type"))
        {
            message.Headers.TryAddWithoutValidation(name, Replace(value, known));
        }

        if (one.RequestBody is { } body)
        {
            message.Content = new StringContent(Replace(body.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), known), MediaTypeHeaderValue.Parse("application/json"));
        }

        return await http.SendAsync(message, CancellationToken.None);
    }

    // The longest first: "<token-1>" is no part of "<token-12>", but a ciphertext may begin like another.
    private static string Replace(string text, Dictionary<string, string> known) =>
        known.OrderByDescending(pair => pair.Key.Length).Aggregate(text, (rest, pair) => rest.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    [GeneratedRegex("^<[a-z0-9-]+>$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
