using System.Net;

namespace AgentRuntime.Mcp.Client;

/// <summary>The network side of all HTTP sessions: one connection pool without redirects, cookies, decompression, proxies of the environment or tracing of its own.</summary>
internal static class HttpStack
{
    public static SocketsHttpHandler Create(McpClientOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = options.Proxy is not null,
        Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy, BypassOnLocal: true),
        Credentials = null,
        PreAuthenticate = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 64,

        // No spans of the HTTP client: they would carry the URL with its query.
        ActivityHeadersPropagator = null,
        SslOptions = new System.Net.Security.SslClientAuthenticationOptions
        {
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
        },
    };

    /// <summary>A client of one session. It waits for as long as its caller does.</summary>
    public static HttpClient ClientOver(HttpMessageHandler handler) => new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
}
