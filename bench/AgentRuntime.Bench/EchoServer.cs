using System.Diagnostics;
using System.Text.Json;

namespace AgentRuntime.Bench;

/// <summary>The HTTP form of <c>bench/servers/echo.mjs</c> as a child process.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly Process _process;

    private EchoServer(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<EchoServer> StartAsync(string script, string key)
    {
        var start = new ProcessStartInfo("node", [script, "--http"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { admin = Guid.NewGuid().ToString("N"), keys = new { read = key } }));
        await process.StandardInput.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The echo server did not start.");
        return new EchoServer(process, new Uri(JsonDocument.Parse(line).RootElement.GetProperty("url").GetString()!));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(2000);
        _process.Dispose();
    }
}
