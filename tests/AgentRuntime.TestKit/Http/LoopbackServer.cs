using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.TestKit.Http;

/// <summary>A small web server on a free port of 127.0.0.1, over TLS when it has a certificate: the ground of the fake secret managers.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application, Uri url)
    {
        _application = application;
        Url = url;
    }

    /// <summary>Its address, with scheme and port.</summary>
    public Uri Url { get; }

    /// <summary>The port.</summary>
    public int Port => Url.Port;

    /// <summary>Starts it.</summary>
    /// <param name="handler">Answers every request.</param>
    /// <param name="certificate">Its certificate, or <c>null</c> for plain http.</param>
    /// <param name="port">The port, or 0 for a free one.</param>
    /// <param name="clientCertificates">Whether a client may show a certificate; the handler checks it.</param>
    public static async Task<LoopbackServer> StartAsync(RequestDelegate handler, X509Certificate2? certificate, int port = 0, bool clientCertificates = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 16 * 1024 * 1024;
            kestrel.Listen(System.Net.IPAddress.Loopback, port, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(new HttpsConnectionAdapterOptions
                    {
                        ServerCertificate = certificate,
                        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ClientCertificateMode = clientCertificates ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate,
                        ClientCertificateValidation = static (_, _, _) => true,
                    });
                }
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var application = builder.Build();
        application.Run(handler);
        await application.StartAsync();
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new LoopbackServer(application, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}
