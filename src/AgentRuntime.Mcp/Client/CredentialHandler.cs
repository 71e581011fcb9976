using System.Net;
using AgentRuntime.Credentials;

namespace AgentRuntime.Mcp.Client;

/// <summary>Stands between the SDK and the network for one session: checks the origin, attaches the credential of a live call, and bounds the answer.</summary>
/// <remarks>
/// The session itself holds no credential: without a live call there is none to attach, and a request of a session that needs one is
/// refused. The SDK sends on its own only the DELETE that ends a session (the standalone GET stream is switched off); for a session with a
/// credential that DELETE is answered here and not sent, and the server's own session expiry does the rest.
/// </remarks>
internal sealed class CredentialHandler(HttpMessageHandler inner, Uri endpoint, bool needsCredential, CallScopes scopes, McpClientOptions options, TimeProvider time)
    : DelegatingHandler(inner)
{
    private const int MaxErrorBytes = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = CheckOrigin(request);
        if (request.Method == HttpMethod.Delete)
        {
            return await EndSessionAsync(request, cancellationToken);
        }

        var scope = scopes.Own;
        HttpResponseMessage response;
        if (needsCredential)
        {
            var lease = scopes.Current?.Lease
                ?? throw new RequestRefusedException("A request was about to leave without a live lease. It was not sent.");
            response = await SendWithAsync(request, lease, target, cancellationToken);
        }
        else
        {
            response = await base.SendAsync(request, cancellationToken);
        }

        if (scope is not null)
        {
            scope.Status = response.StatusCode;
        }

        return await BoundAsync(response, scope, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendWithAsync(HttpRequestMessage request, Lease lease, Uri target, CancellationToken cancellationToken)
    {
        try
        {
            CredentialAttacher.Attach(request, lease);
            return await base.SendAsync(request, cancellationToken);
        }
        catch (ObjectDisposedException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RequestRefusedException("The lease ended before the request was sent.");
        }
        finally
        {
            CredentialAttacher.Detach(request, lease.Spec, target);
        }
    }

    private Uri CheckOrigin(HttpRequestMessage request)
    {
        var target = request.RequestUri;
        if (target is null || target.Scheme != endpoint.Scheme || target.Port != endpoint.Port || !string.Equals(target.IdnHost, endpoint.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestRefusedException("A request was about to leave for another origin than the manifest's. It was not sent.");
        }

        if (target.Scheme == Uri.UriSchemeHttp && !target.IsLoopback)
        {
            throw new RequestRefusedException("Plain http is allowed to loopback only. Use https in the manifest.");
        }

        return target;
    }

    private async Task<HttpResponseMessage> EndSessionAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (needsCredential)
        {
            return new HttpResponseMessage(HttpStatusCode.NoContent) { RequestMessage = request };
        }

        // The SDK passes no token here; a server that does not answer must not hold up the closing of a session.
        using var timeout = new CancellationTokenSource(options.ShutdownGrace, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await base.SendAsync(request, linked.Token);
    }

    private async Task<HttpResponseMessage> BoundAsync(HttpResponseMessage response, CallScope? scope, CancellationToken cancellationToken)
    {
        var original = response.Content;
        var limit = response.IsSuccessStatusCode ? scope?.MaxResultBytes ?? options.MaxMessageBytes : MaxErrorBytes;
        if (response.IsSuccessStatusCode && original.Headers.ContentLength > limit)
        {
            response.Dispose();
            scope?.ResultTooLarge = true;
            throw new AnswerTooLargeException();
        }

        var body = await original.ReadAsStreamAsync(cancellationToken);
        var bounded = new StreamContent(new BoundedStream(body, limit, truncate: !response.IsSuccessStatusCode, scope));
        bounded.Headers.ContentType = original.Headers.ContentType;
        response.Content = bounded;
        return response;
    }
}
