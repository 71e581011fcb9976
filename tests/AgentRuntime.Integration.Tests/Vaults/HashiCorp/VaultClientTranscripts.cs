using System.Text.Json.Nodes;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Http;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>The client sends what was recorded to be right, and understands what a real server answered.</summary>
public sealed class VaultClientTranscripts : IAsyncLifetime
{
    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly VaultPath Secret = VaultPath.Parse("secret");
    private static readonly VaultPath Transit = VaultPath.Parse("transit");
    private LoopbackServer _server = null!;
    private VaultClient _client = null!;
    private Transcript _next = null!;
    private (string Method, string Target, JsonNode? Body, string? Token) _seen;

    public async ValueTask InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync(ServeAsync, certificate: null);
        _client = new VaultClient(new VaultClientOptions { Address = _server.Url, AllowPlainHttp = true }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Logs_in_with_an_AppRole()
    {
        using var secretId = SecretValue.CopyUtf8("<secret-id-runtime>");
        using var response = await SendAsync("02-approle.jsonl", "approle-login", Logins.AppRole(VaultPath.Parse("approle"), "<role-id-runtime>", secretId));
        using var auth = VaultAuth.Read(response.Auth)!;
        Assert.Equal("<token-1>", auth.Token.RevealString());
        Assert.Equal("<accessor-1>", auth.Accessor);
        Assert.Equal(["agent-runtime", "default"], auth.Policies.Order(StringComparer.Ordinal));
        Assert.Equal(TimeSpan.FromSeconds(1200), auth.Duration);
        Assert.True(auth.Renewable);
        Assert.Equal("service", auth.Type);
    }

    [Fact]
    public async Task Mints_a_token_through_a_role()
    {
        var wanted = new NewToken { Policies = ["step-github"], Ttl = TimeSpan.FromSeconds(120), Uses = 3, DisplayName = "step-3", Meta = new Dictionary<string, string> { ["run_id"] = "run-01JD", ["step_id"] = "step-3", ["workflow"] = "wf-invoice", ["tool"] = "github" } };
        using var response = await SendAsync("03-step-token.jsonl", "step-token-create", Tokens.Create("agent-step", wanted), compareBody: false);
        var recorded = Transcript.Find("03-step-token.jsonl", "step-token-create").RequestBody!.AsObject();
        Assert.Equal(recorded.Select(pair => pair.Key).Order(), _seen.Body!.AsObject().Select(pair => pair.Key).Order());
        Assert.Equal("120s", _seen.Body["ttl"]!.ToString());
        using var auth = VaultAuth.Read(response.Auth)!;
        Assert.Equal(["step-github"], auth.Policies);
        Assert.Equal("<accessor-4>", auth.Accessor);
        Assert.False(auth.Renewable);
        Assert.Single(response.Warnings);
    }

    [Fact]
    public async Task Revokes_and_looks_up_by_accessor()
    {
        using var gone = await SendAsync("03-step-token.jsonl", "step-revoke-accessor", Tokens.RevokeAccessor("<accessor-5>"));
        Assert.True(gone.Succeeded);
        using var found = await SendAsync("03-step-token.jsonl", "step-token-lookup-accessor", Tokens.LookupAccessor("<accessor-4>"));
        Assert.Equal(3, found.Data["num_uses"].Number());
    }

    [Theory]
    [InlineData("03-step-token.jsonl", "step-read-num-uses-exhausted", true)]
    [InlineData("03-step-token.jsonl", "step-read-after-revoke", true)]
    [InlineData("03-step-token.jsonl", "step-read-token-expired", true)]
    [InlineData("10-errors.jsonl", "bad-token", true)]
    [InlineData("03-step-token.jsonl", "step-read-denied-other-tool", false)]
    [InlineData("10-errors.jsonl", "denied", false)]
    [InlineData("03-step-token.jsonl", "token-create-direct-denied", false)]
    public async Task Tells_a_refused_token_from_a_policy_that_denies(string file, string name, bool token)
    {
        using var response = await AnswerAsync(file, name);
        Assert.Equal(token, response.TokenRefused);
        Assert.Equal(SecretFailureKind.Denied, VaultFailure.Of(response, "The vault", "that").Kind);
    }

    [Fact]
    public async Task Writes_and_reads_key_value_version_2()
    {
        using var password = SecretValue.CopyUtf8("value-1");
        using var url = SecretValue.CopyUtf8("https://x.test");
        using var written = await SendAsync("05-kv2.jsonl", "kv2-create-cas0", KvV2.Write(Secret, VaultPath.Parse("test/a"), 0, body =>
        {
            body.Text("password", password);
            body.Text("url", url);
        }));
        Assert.Equal(1, written.Data["version"].Number());
        using var read = await SendAsync("05-kv2.jsonl", "kv2-read-version-1", KvV2.Read(Secret, VaultPath.Parse("test/a"), 1));
        using var value = read.Data["data"]["password"].Secret()!;
        Assert.Equal("value-1", value.RevealString());
        Assert.Equal(Transcript.Find("05-kv2.jsonl", "kv2-read-version-1").ResponseBody!["request_id"]!.ToString(), read.RequestId);
    }

    [Fact]
    public async Task Reads_metadata_of_key_value_version_2()
    {
        using var response = await SendAsync("05-kv2.jsonl", "kv2-metadata", KvV2.Metadata(Secret, VaultPath.Parse("test/a")));
        var metadata = KvMetadata.Read(response.Data);
        Assert.Equal(2, metadata.Current);
        Assert.Equal([2, 1], metadata.Versions.Select(one => one.Number));
        Assert.All(metadata.Versions, one => Assert.Null(one.Deletion));
        using var destroyed = await SendAsync("05-kv2.jsonl", "kv2-read-destroyed", KvV2.Read(Secret, VaultPath.Parse("test/a"), 2));
        Assert.True(KvVersion.Read(destroyed.Data["metadata"]).Destroyed);
        using var deleted = await SendAsync("05-kv2.jsonl", "kv2-read-deleted", KvV2.Read(Secret, VaultPath.Parse("test/a")));
        Assert.NotNull(KvVersion.Read(deleted.Data["metadata"]).Deletion);
        Assert.False(deleted.Data["data"].Exists);
    }

    [Fact]
    public async Task Deletes_undeletes_destroys_and_lists()
    {
        var path = VaultPath.Parse("test/a");
        foreach (var (name, request) in new[]
        {
            ("kv2-delete-versions", KvV2.Delete(Secret, path, 1)),
            ("kv2-undelete", KvV2.Undelete(Secret, path, 2)),
            ("kv2-destroy", KvV2.Destroy(Secret, path, 2)),
        })
        {
            using var response = await SendAsync("05-kv2.jsonl", name, request);
            Assert.True(response.Succeeded);
        }

        using var listed = await SendAsync("05-kv2.jsonl", "kv2-list", KvV2.List(Secret, VaultPath.Parse("tools")));
        Assert.Equal(["crm", "github"], listed.Data["keys"].Strings());
        using var one = await SendAsync("05-kv2.jsonl", "kv1-read", KvV1.Read(VaultPath.Parse("kv1"), VaultPath.Parse("a")));
        using var value = one.Data["password"].Secret()!;
        Assert.Equal("value-1", value.RevealString());
    }

    [Fact]
    public async Task Encrypts_a_batch_and_knows_tampering()
    {
        using var one = SecretValue.CopyUtf8("one");
        using var two = SecretValue.CopyUtf8("two");
        using var response = await SendAsync("06-transit.jsonl", "transit-encrypt-batch", AgentRuntime.Vaults.HashiCorp.Client.Api.Transit.Encrypt(Transit, "agentruntime-master", [body => body.Base64("plaintext", one), body => body.Base64("plaintext", two)]));
        Assert.Equal(2, AgentRuntime.Vaults.HashiCorp.Client.Api.Transit.Results(response).Count);
        foreach (var name in new[] { "transit-decrypt-tampered", "transit-decrypt-wrong-context" })
        {
            using var tampered = await AnswerAsync("06-transit.jsonl", name);
            Assert.True(AgentRuntime.Vaults.HashiCorp.Client.Api.Transit.IsTampered(tampered));
            Assert.Equal(SecretFailureKind.Integrity, VaultFailure.Of(tampered, "The vault", "that").Kind);
            Assert.False(RetryRules.MayPass(tampered, Sys.Health()));
        }

        using var old = await AnswerAsync("06-transit.jsonl", "transit-decrypt-too-old");
        Assert.True(AgentRuntime.Vaults.HashiCorp.Client.Api.Transit.IsTooOld(old));
        using var key = await SendAsync("06-transit.jsonl", "transit-datakey-plaintext", AgentRuntime.Vaults.HashiCorp.Client.Api.Transit.DataKey(Transit, "agentruntime-master"));
        using var bytes = key.Data["plaintext"].SecretBase64()!;
        Assert.Equal(32, bytes.Length);
    }

    [Fact]
    public async Task Has_database_logins_made_and_their_leases_kept()
    {
        const string Lease = "database/creds/agent-readonly/2uYDKLhscX4QeEQAAOECwaEf";
        using var made = await SendAsync("07-database.jsonl", "db-creds-issue", DatabaseEngine.Creds(VaultPath.Parse("database"), "agent-readonly"));
        Assert.Equal(Lease, made.LeaseId);
        Assert.Equal(TimeSpan.FromSeconds(60), made.LeaseDuration);
        using var renewed = await SendAsync("07-database.jsonl", "lease-renew", Leases.Renew(Lease, TimeSpan.FromSeconds(120)));
        Assert.Equal(TimeSpan.FromSeconds(120), renewed.LeaseDuration);
        using var looked = await SendAsync("07-database.jsonl", "lease-lookup", Leases.Lookup(Lease));
        Assert.Equal(59, looked.Data["ttl"].Number());
        using var revoked = await SendAsync("07-database.jsonl", "lease-revoke", Leases.Revoke(Lease));
        Assert.True(revoked.Succeeded);
    }

    [Fact]
    public async Task Opens_a_wrapped_answer_once()
    {
        using var wrapping = SecretValue.CopyUtf8("<wrapping-token-2>");
        using var looked = await SendAsync("04-wrapping.jsonl", "wrapping-lookup", Wrapping.Lookup(wrapping));
        Assert.Equal("auth/token/create/agent-step", looked.Data["creation_path"].Text());
        using var opened = await SendAsync("02-approle.jsonl", "approle-secret-id-unwrap", Wrapping.Unwrap());
        using var secret = opened.Data["secret_id"].Secret()!;
        Assert.Equal("<secret-id-1>", secret.RevealString());
        using var again = await AnswerAsync("04-wrapping.jsonl", "wrapping-unwrap-second-time");
        Assert.True(Wrapping.WasUsedBefore(again));
    }

    [Fact]
    public async Task Reads_roles_policies_mounts_audit_devices_and_headers()
    {
        using var role = await SendAsync("09-sys.jsonl", "token-role-read", Tokens.ReadRole("agent-step"));
        var read = TokenRole.Read(role.Data);
        Assert.Equal(["step-db", "step-github", "step-workflow"], read.AllowedPolicies);
        Assert.Equal(["wf-*"], read.AllowedEntityAliases);
        Assert.Equal(TimeSpan.FromSeconds(900), read.ExplicitMaxTtl);
        Assert.True(read.Orphan);
        Assert.Null(read.AllowedPoliciesGlob);
        using var policy = await SendAsync("09-sys.jsonl", "policy-read", Sys.ReadPolicy("agent-runtime"));
        Assert.Contains("auth/token/create/agent-step", policy.Data["policy"].Text());
        using var mounts = await SendAsync("09-sys.jsonl", "mounts", Sys.Mounts());
        Assert.Equal("2", mounts.Data["secret/"]["options"]["version"].Text());
        using var audit = await SendAsync("09-sys.jsonl", "audit-devices", Sys.AuditDevices());
        Assert.Single(audit.Data.Members());
        using var headers = await SendAsync("09-sys.jsonl", "audit-request-headers-list", Sys.AuditedHeaders());
        Assert.Equal(4, headers.Data["headers"].Members().Count);
        using var capabilities = await SendAsync("09-sys.jsonl", "capabilities-self", Sys.CapabilitiesSelf(["secret/data/tools/github", "auth/token/create/agent-step", "sys/seal"]));
        Assert.Equal(["deny"], capabilities.Data["secret/data/tools/github"].Strings());
    }

    [Theory]
    [InlineData("01-health.jsonl", "health-active", 200, false)]
    [InlineData("11-sealed.jsonl", "sealed-health", 503, true)]
    [InlineData("12-standby.jsonl", "standby-health", 429, false)]
    [InlineData("12-standby.jsonl", "health-not-initialized", 501, true)]
    public async Task Reads_the_health(string file, string name, int status, bool isSealed)
    {
        using var response = await SendAsync(file, name, Sys.Health());
        var health = HealthReport.Read(response);
        Assert.Equal(status, health.Status);
        Assert.Equal(isSealed, health.Sealed);
        Assert.Equal("1.8.0-dev", health.Version);
    }

    [Theory]
    [InlineData("11-sealed.jsonl", "sealed-read", SecretFailureKind.Unavailable, true)]
    [InlineData("11-sealed.jsonl", "sealed-login", SecretFailureKind.Unavailable, true)]
    [InlineData("12-standby.jsonl", "read-during-failover-old-active", SecretFailureKind.Unavailable, true)]
    [InlineData("12-standby.jsonl", "read-during-failover-new-active-1", SecretFailureKind.Unavailable, true)]
    [InlineData("12-standby.jsonl", "standby-write-no-forwarding-redirect", SecretFailureKind.Unavailable, true)]
    [InlineData("10-errors.jsonl", "rate-limited-2", SecretFailureKind.Throttled, true)]
    [InlineData("10-errors.jsonl", "no-such-mount", SecretFailureKind.Invalid, false)]
    [InlineData("10-errors.jsonl", "no-token", SecretFailureKind.Invalid, false)]
    [InlineData("10-errors.jsonl", "path-dotdot", SecretFailureKind.Unavailable, false)]
    [InlineData("10-errors.jsonl", "path-trailing-slash", SecretFailureKind.Unavailable, false)]
    [InlineData("10-errors.jsonl", "unsupported-path", SecretFailureKind.Invalid, false)]
    public async Task Knows_what_a_failure_means_and_whether_it_may_pass(string file, string name, SecretFailureKind kind, bool mayPass)
    {
        using var response = await AnswerAsync(file, name);
        Assert.Equal(kind, VaultFailure.Of(response, "The vault", "that").Kind);
        Assert.Equal(mayPass, RetryRules.MayPass(response, Sys.Health() with { Repeatable = false }));
    }

    [Fact]
    public async Task Reads_how_long_a_rate_limit_asks_to_wait()
    {
        using var response = await AnswerAsync("10-errors.jsonl", "rate-limited-2");
        Assert.Equal(TimeSpan.FromSeconds(9), response.RetryAfter);
    }

    [Fact]
    public async Task Prints_nothing_of_an_answer()
    {
        using var response = await AnswerAsync("05-kv2.jsonl", "kv2-read-version-1");
        Assert.Matches(@"^\[vault response 200, \d+ bytes\]$", response.ToString());
        Assert.DoesNotContain("value-1", response.Data.ToString());
    }

    private async Task<VaultResponse> AnswerAsync(string file, string name)
    {
        _next = Transcript.Find(file, name);
        return await _client.SendAsync(VaultRequest.Get(VaultPath.Parse("anything")), token: null, TimeSpan.FromMinutes(5), CancellationToken.None);
    }

    private async Task<VaultResponse> SendAsync(string file, string name, VaultRequest request, bool compareBody = true)
    {
        _next = Transcript.Find(file, name);
        var text = _next.RequestHeaders.GetValueOrDefault("X-Vault-Token");
        using var token = text is null ? null : SecretValue.CopyUtf8(text);
        var response = await _client.SendAsync(request, token, TimeSpan.FromMinutes(5), CancellationToken.None);
        Assert.Equal(_next.Method, _seen.Method);
        Assert.Equal(_next.Path, _seen.Target);
        Assert.Equal(text, _seen.Token);
        Assert.True(!compareBody || JsonNode.DeepEquals(_next.RequestBody, _seen.Body), $"{_seen.Body?.ToJsonString()} instead of {_next.RequestBody?.ToJsonString()}");
        Assert.Equal(_next.Status, response.Status);
        return response;
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _seen = (context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, body.Length == 0 ? null : JsonNode.Parse(body), context.Request.Headers["X-Vault-Token"].ToString() is { Length: > 0 } token ? token : null);
        context.Response.StatusCode = _next.Status;
        foreach (var name in new[] { "Retry-After", "Location" })
        {
            if (_next.ResponseHeaders.TryGetValue(name, out var value))
            {
                context.Response.Headers[name] = value;
            }
        }

        if (_next.ResponseBody is { } answer)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer is JsonValue text ? text.ToString() : answer.ToJsonString(Plain));
        }
    }
}
