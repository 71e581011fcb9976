using System.Diagnostics;
using System.Text.Json;

namespace AgentRuntime.TestKit.Mcp;

/// <summary><c>tests/fixtures/hostile-server.mjs</c> over HTTP on a free port. Ends when disposed, or with the test process.</summary>
public sealed class HostileHttpServer : IAsyncDisposable
{
    private readonly Process _process;

    private HostileHttpServer(Process process, int port)
    {
        _process = process;
        Url = new Uri($"http://127.0.0.1:{port}/mcp");
    }

    /// <summary>The script; over stdio it is started with its credential in <c>HOSTILE_KEY</c>.</summary>
    public static string Script => Path.Combine(TestEnvironment.RepositoryRoot, "tests", "fixtures", "hostile-server.mjs");

    /// <summary>The endpoint.</summary>
    public Uri Url { get; }

    /// <summary>Starts it. Skips the test when there is no node.</summary>
    public static async Task<HostileHttpServer> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(TestEnvironment.RequireNode())
        {
            ArgumentList = { Script, "--http" },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The hostile server ended before it listened.");
        using var ready = JsonDocument.Parse(line);
        return new HostileHttpServer(process, ready.RootElement.GetProperty("port").GetInt32());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
