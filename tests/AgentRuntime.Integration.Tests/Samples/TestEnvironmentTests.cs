using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentRuntime.TestKit;

namespace AgentRuntime.Integration.Tests.Samples;

/// <summary>What the tests of real servers stand on: the databases ask for a password, and the packages can be started.</summary>
public sealed class TestEnvironmentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_asks_for_the_password()
    {
        var redis = TestEnvironment.RequireRedis();

        Assert.Equal("-NOAUTH Authentication required.", await AskRedis(redis, "GET key"));
        Assert.StartsWith("-WRONGPASS", await AskRedis(redis, "AUTH wrong"), StringComparison.Ordinal);
        Assert.Equal("+OK", await AskRedis(redis, $"AUTH {redis.Password}"));
    }

    [Fact]
    public async Task Postgres_asks_for_a_password_and_proves_it_with_scram()
    {
        var postgres = TestEnvironment.RequirePostgres();
        using var client = new TcpClient();
        await client.ConnectAsync(postgres.Host, postgres.Port, Token);

        // StartupMessage, protocol 3.0: length, version, then pairs of zero-ended strings.
        var body = Encoding.ASCII.GetBytes($"\0\u0003\0\0user\0{postgres.Superuser}\0database\0postgres\0\0");
        byte[] length = [0, 0, 0, checked((byte)(body.Length + 4))];
        await client.GetStream().WriteAsync((byte[])[.. length, .. body], Token);
        var answer = new byte[1024];
        var read = await client.GetStream().ReadAtLeastAsync(answer, 9, cancellationToken: Token);

        // AuthenticationSASL is 'R' with the code 10, then the names of the mechanisms.
        Assert.Equal((byte)'R', answer[0]);
        Assert.Equal(10, answer[8]);
        Assert.Contains("SCRAM-SHA-256", Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@bytebase/dbhub")]
    [InlineData("@modelcontextprotocol/conformance")]
    [InlineData("@modelcontextprotocol/server-everything")]
    [InlineData("@modelcontextprotocol/server-redis")]
    public void The_package_is_installed(string name) =>
        Assert.True(File.Exists(Path.Combine(TestEnvironment.RequireNpmPackage(name), "dist", "index.js")));

    [Fact]
    public void There_is_a_node_22() => Assert.True(File.Exists(TestEnvironment.RequireNode22()));

    private static async Task<string?> AskRedis(RedisServer redis, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, redis.Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Token);
    }
}
