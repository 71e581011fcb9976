using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.TestKit;
using AgentRuntime.Tools;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.Integration.Tests.Mcp;

/// <summary>What the tests of the MCP client share: manifests, calls, a captured log and a caller that is closed at the end.</summary>
public abstract class McpFixture : IAsyncDisposable
{
    protected McpFixture() => Caller = NewCaller(new McpClientOptions { ShutdownGrace = TimeSpan.FromSeconds(1) });

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected Scrubber Scrubber { get; } = new(new ScrubberOptions());

    internal CapturedLog Log { get; } = new();

    internal McpToolCaller Caller { get; set; }

    internal McpToolCaller NewCaller(McpClientOptions options, TimeProvider? time = null) => new(options, Scrubber, time ?? TimeProvider.System, Log);

    protected static string Fixture(string name) => Path.Combine(TestEnvironment.RepositoryRoot, "tests", "fixtures", name);

    protected static ServerManifest Http(Uri url, CredentialSpec? spec = null, params string[] tools) =>
        Manifest("crm", new ServerTransport.Http(url), spec, tools);

    protected static ServerManifest Hostile(CredentialSpec? spec, string[] tools, string[]? arguments = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Manifest("hostile", new ServerTransport.Stdio("node", [Fixture("hostile-server.mjs"), .. arguments ?? []], Path.GetTempPath(), environment ?? new Dictionary<string, string>()), spec, tools);

    protected static ServerManifest Manifest(string name, ServerTransport transport, CredentialSpec? spec, params string[] tools)
    {
        var scope = spec is null ? (ScopeName?)null : new ScopeName("read");
        return new ServerManifest(
            new ServerName(name),
            transport,
            scope is { } read ? new Dictionary<ScopeName, CredentialSpec> { [read] = spec! } : new Dictionary<ScopeName, CredentialSpec>(),
            tools.ToDictionary(tool => new ToolName(tool), _ => new ToolSpec(scope, null)));
    }

    protected static ToolCall Call(ServerManifest server, string tool, Lease? lease = null, object? arguments = null, int maxResultBytes = 1024 * 1024) => new()
    {
        Server = server,
        Tool = new ToolName(tool),
        Arguments = JsonSerializer.SerializeToElement(arguments ?? new { }),
        Lease = lease,
        MaxResultBytes = maxResultBytes,
        IdempotencyKey = "key-1",
    };

    /// <summary>A value that no other test uses and that looks like nothing.</summary>
    protected static string NewValue() => "canary/" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(18)) + "+\"é"[..1];

    public async ValueTask DisposeAsync()
    {
        await Caller.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A logger factory that keeps every line.</summary>
internal sealed class CapturedLog : ILoggerFactory, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
}
