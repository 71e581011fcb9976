using System.Collections.Concurrent;
using System.Net;

namespace AgentRuntime.EndToEnd.Tests.Telemetry;

/// <summary>An OTLP/HTTP receiver on loopback that keeps the bytes of every request.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public OtlpReceiver()
    {
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add($"{Endpoint}");
        _listener.Start();
        _loop = ReceiveAsync();
    }

    /// <summary>What to set as <c>telemetry.otlp_endpoint</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>The requests: path, headers and body together.</summary>
    public ConcurrentBag<(string Path, string Headers, byte[] Body)> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Close();
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Requests.Add((context.Request.Url!.AbsolutePath, context.Request.Headers.ToString()!, body.ToArray()));
            context.Response.Close();
        }
    }
}
