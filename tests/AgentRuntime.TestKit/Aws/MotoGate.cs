using System.Security.Cryptography.X509Certificates;
using AgentRuntime.TestKit.Http;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Aws;

/// <summary>Puts TLS and the switches of <see cref="AwsFaults"/> before a moto server, which has neither. What is signed stays as it is, the host too.</summary>
public sealed class MotoGate : IAsyncDisposable
{
    private static readonly HashSet<string> OfTheWay = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Transfer-Encoding", "Content-Length", "Date", "Server" };

    private readonly HttpClient _moto;
    private LoopbackServer? _server;

    private MotoGate(MotoServer moto) => _moto = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { BaseAddress = new Uri($"http://127.0.0.1:{moto.Port}/") };

    /// <summary>Where AWS is, as the runtime sees it.</summary>
    public Uri Url => _server!.Url;

    /// <summary>Switches for what goes wrong.</summary>
    public AwsFaults Faults { get; } = new();

    /// <summary>Starts it.</summary>
    public static async Task<MotoGate> StartAsync(MotoServer moto, X509Certificate2 certificate)
    {
        var gate = new MotoGate(moto);
        gate._server = await LoopbackServer.StartAsync(gate.PassAsync, certificate);
        return gate;
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _moto.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (await Faults.InterceptAsync(context, context.Request.Headers.ContainsKey("X-Amz-Target") ? "secretsmanager" : "sts"))
        {
            return;
        }

        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        using var request = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = new ByteArrayContent(copy.ToArray()) };
        foreach (var (name, value) in context.Request.Headers.Where(header => !OfTheWay.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToString()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        using var answer = await _moto.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Where(header => !OfTheWay.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync(context.RequestAborted), context.RequestAborted);
    }
}
