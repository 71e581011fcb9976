using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Processes;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

/// <summary>Published servers from npm, against real databases where they need one.</summary>
public sealed class RealServerTests : McpFixture
{
    [Fact]
    public async Task Everything_server_sees_only_allowed_variables()
    {
        var manifest = Node("@modelcontextprotocol/server-everything", null, [], ["stdio"], ["get-env", "echo", "add"]);
        var environment = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "get-env"), Ct));
        Assert.Equal(JsonValueKind.Object, environment.ValueKind);
        Assert.Empty(environment.EnumerateObject().Select(variable => variable.Name).Except(ChildEnvironment.InheritedNames));
        Assert.Equal("Echo: hello", Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "echo", arguments: new { message = "hello" }), Ct)).GetString());
        var listing = await Caller.ListToolsAsync(manifest, null, Ct);
        Assert.Null(listing.Failure);
        Assert.Contains("get-env", listing.Tools.Select(tool => tool.Name));
    }

    [Fact]
    public async Task Everything_server_answers_over_streamable_http()
    {
        using var process = await StartEverythingAsync();
        try
        {
            var manifest = Http(process.Url, null, "echo", "get-sum");
            Assert.Equal("Echo: hello", Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "echo", arguments: new { message = "hello" }), Ct)).GetString());
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Dbhub_queries_postgres_with_a_credential_in_its_environment()
    {
        var postgres = TestEnvironment.RequirePostgres();
        var manifest = Dbhub();
        await using var lease = Lease("dbhub/read", Dsn(postgres, postgres.Password));
        var result = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "execute_sql", lease, new { sql = "select 40 + 2 as answer" }), Ct));
        Assert.Contains("42", result.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(postgres.Password, Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dbhub_that_exits_over_a_wrong_password_is_a_rejected_credential()
    {
        var postgres = TestEnvironment.RequirePostgres();
        var wrong = "not-" + postgres.Password;
        await using var lease = Lease("dbhub/read", Dsn(postgres, wrong));
        var outcome = await Caller.CallAsync(Call(Dbhub(), "execute_sql", lease, new { sql = "select 1" }), Ct);
        var failed = Assert.IsType<ToolOutcome.Failed>(outcome);
        Assert.Equal((ToolFailureKind.CredentialRejected, false), (failed.Kind, failed.EffectPossible));
        Assert.DoesNotContain(wrong, Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_server_that_prints_its_password_leaves_none_in_the_log()
    {
        var redis = TestEnvironment.RequireRedis();
        var manifest = Redis(redis.Port, out var spec);
        await using var lease = Lease("redis/read", redis.Password, spec);
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "set", lease, new { key = "greeting", value = "hello" }), Ct));
        var value = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "get", lease, new { key = "greeting" }), Ct));
        Assert.Contains("hello", value.GetRawText(), StringComparison.Ordinal);
        await Caller.DisposeAsync();
        Assert.Contains("[redacted:redis/read#v1]", Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(redis.Password, Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_server_with_a_wrong_password_is_a_rejected_credential()
    {
        var redis = TestEnvironment.RequireRedis();
        var wrong = "not-" + redis.Password;
        var manifest = Redis(redis.Port, out var spec);
        await using var lease = Lease("redis/read", wrong, spec);

        // It tries to connect for longer than anybody wants to wait before it answers the handshake.
        await using var caller = NewCaller(new AgentRuntime.Mcp.Client.McpClientOptions { ConnectTimeout = TimeSpan.FromSeconds(5) });
        var failed = Assert.IsType<ToolOutcome.Failed>(await caller.CallAsync(Call(manifest, "get", lease, new { key = "greeting" }), Ct));
        Assert.Equal((ToolFailureKind.CredentialRejected, false), (failed.Kind, failed.EffectPossible));
        Assert.DoesNotContain(wrong, Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, Log.Text, StringComparison.Ordinal);
    }

    private static ServerManifest Dbhub() =>
        Node("@bytebase/dbhub", TestLease.Environment("DSN"), [], ["--transport", "stdio"], ["execute_sql"], "dbhub");

    private static ServerManifest Redis(int port, out CredentialSpec spec)
    {
        spec = TestLease.Argument($"redis://:{{value}}@127.0.0.1:{port}");
        return Node("@modelcontextprotocol/server-redis", spec, [], [], ["get", "set"], "redis");
    }

    private static string Dsn(PostgresServer postgres, string password) =>
        $"postgres://{postgres.Superuser}:{password}@{postgres.Host}:{postgres.Port}/postgres?sslmode=disable";

    private static ServerManifest Node(string package, CredentialSpec? spec, Dictionary<string, string> environment, string[] arguments, string[] tools, string name = "everything")
    {
        var script = Path.Combine(TestEnvironment.RequireNpmPackage(package), "dist", "index.js");
        return Manifest(name, new ServerTransport.Stdio(TestEnvironment.RequireNode(), [script, .. arguments], Path.GetTempPath(), environment), spec, tools);
    }

    private static async Task<EverythingOverHttp> StartEverythingAsync()
    {
        var script = Path.Combine(TestEnvironment.RequireNpmPackage("@modelcontextprotocol/server-everything"), "dist", "index.js");
        return await EverythingOverHttp.StartAsync(TestEnvironment.RequireNode(), script, Ct);
    }

    private Lease Lease(string credential, string value, CredentialSpec? spec = null)
    {
        var material = TestLease.Material(credential, "1", (SecretMaterial.ValueField, value));
        Scrubber.Register(material);
        return TestLease.Of(material, spec ?? TestLease.Environment("DSN"));
    }
}
