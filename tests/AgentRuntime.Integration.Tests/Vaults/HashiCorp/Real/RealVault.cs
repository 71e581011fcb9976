using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit.Http;
using AgentRuntime.TestKit.Secrets;
using AgentRuntime.TestKit.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp.Real;

/// <summary>
/// The server that <c>AGENTRUNTIME_TEST_VAULT_BIN</c> names, in development mode, behind a proxy that adds TLS and can be sealed, slow or rate limited without
/// harm to the server. This folder is compiled only when the variable is set.
/// </summary>
internal sealed class RealVault : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly TestCertificateAuthority _authority = new();
    private LoopbackServer? _proxy;
    private volatile ReadHold? _hold;

    private RealVault(Process process, Uri address)
    {
        _process = process;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public static string Binary => Environment.GetEnvironmentVariable("AGENTRUNTIME_TEST_VAULT_BIN") ?? throw new InvalidOperationException("AGENTRUNTIME_TEST_VAULT_BIN is not set any more.");

    public string RootToken { get; } = "root-of-the-test";

    public Uri Address => _proxy!.Url;

    public string RootPem => _authority.RootPem;

    public bool Sealed { get; set; }

    public bool Throttled { get; set; }

    public static async Task<RealVault> StartAsync()
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Binary) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "server", "-dev", "-dev-root-token-id=root-of-the-test", $"-dev-listen-address=127.0.0.1:{port}", "-dev-no-store-token" })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var vault = new RealVault(process, new Uri($"http://127.0.0.1:{port}"));
        await vault.WaitAsync();
        vault._proxy = await LoopbackServer.StartAsync(vault.ServeAsync, vault._authority.ServerCertificate());
        return vault;
    }

    public ReadHold Hold()
    {
        var hold = new ReadHold();
        _hold = hold;
        return hold;
    }

    public async Task<JsonNode?> AsRootAsync(string method, string path, JsonObject? body = null)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), $"/v1/{path}");
        message.Headers.Add("X-Vault-Token", RootToken);
        message.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(message, CancellationToken.None);
        var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        _hold?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _http.Dispose();
        _authority.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var response = await _http.GetAsync("/v1/sys/health", patience.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            }
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (_hold is { } hold)
        {
            await hold.PassAsync(context.RequestAborted);
        }

        if (Sealed || Throttled)
        {
            context.Response.StatusCode = Sealed ? 503 : 429;
            context.Response.Headers.RetryAfter = Sealed ? default : "600";
            await context.Response.WriteAsync(Sealed ? """{"errors":["Vault is sealed"]}""" : """{"errors":["rate limit quota exceeded"]}""");
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var message = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (body.Length > 0)
        {
            message.Content = new ByteArrayContent(body.ToArray());
            message.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        foreach (var (name, value) in context.Request.Headers.Where(pair => pair.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase)))
        {
            message.Headers.TryAddWithoutValidation(name, value.ToString());
        }

        using var response = await _http.SendAsync(message, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
