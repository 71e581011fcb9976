using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AgentRuntime.Integration.Tests.Mcp;

/// <summary><c>@modelcontextprotocol/server-everything</c> over Streamable HTTP on a free port.</summary>
internal sealed class EverythingOverHttp : IDisposable
{
    private readonly Process _process;

    private EverythingOverHttp(Process process, int port)
    {
        _process = process;
        Url = new Uri($"http://127.0.0.1:{port}/mcp");
    }

    public Uri Url { get; }

    public static async Task<EverythingOverHttp> StartAsync(string node, string script, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(node) { ArgumentList = { script, "streamableHttp" }, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PORT"] = port.ToString();
        var process = Process.Start(start)!;
        var listening = new TaskCompletionSource();
        process.ErrorDataReceived += (_, line) => Note(line.Data, listening);
        process.OutputDataReceived += (_, line) => Note(line.Data, listening);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await listening.Task.WaitAsync(cancellationToken);
        return new EverythingOverHttp(process, port);
    }

    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose() => _process.Dispose();

    private static void Note(string? line, TaskCompletionSource listening)
    {
        if (line?.Contains("listening", StringComparison.OrdinalIgnoreCase) == true)
        {
            listening.TrySetResult();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
