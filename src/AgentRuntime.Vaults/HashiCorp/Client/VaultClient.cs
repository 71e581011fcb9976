using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>The HTTP API of HashiCorp Vault and OpenBao (<c>/v1/...</c>): sends one request, gives one response. Retries nothing and follows nothing. Thread-safe.</summary>
/// <remarks>HTTP/2 where the server offers it. The typed calls are in the files beside this one.</remarks>
internal sealed class VaultClient : IDisposable
{
    /// <summary>The header with our own id of a request; the audit log carries it when it is an audited header.</summary>
    public const string RequestIdHeader = "X-AgentRuntime-Request";

    private const int LargestBody = 8 * 1024 * 1024;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly IdGenerator _ids;
    private readonly VaultClientOptions _options;

    /// <exception cref="SecretStoreException">Plain http is not allowed here, or a certificate file cannot be used.</exception>
    public VaultClient(VaultClientOptions options, TimeProvider time)
    {
        RefusePlainHttp(options);
        _options = options;
        _time = time;
        _ids = new IdGenerator(time);
        var roots = options.CaFile is { } file ? StoreHttp.ReadRoots(file) : null;
        var client = options.CertFile is { } certificate ? ClientCertificate.Read(certificate, options.KeyFile) : null;
        _http = new HttpMessageInvoker(StoreHttp.CreateHandler(roots, client));
    }

    /// <summary>How messages name it.</summary>
    public string Description => $"The vault {_options.Address.GetLeftPart(UriPartial.Authority)}";

    /// <summary>Where it is.</summary>
    public VaultClientOptions Options => _options;

    /// <summary>The clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>Sends a request once and reads the whole answer, which the caller disposes. What the network does wrong is an answer with status 0.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="token">Who asks; <c>null</c> for calls without a token.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Ends the call with an <see cref="OperationCanceledException"/>.</param>
    public async ValueTask<VaultResponse> SendAsync(VaultRequest request, SecretValue? token, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = $"req_{_ids.NewId()}";
        using var patience = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var body = request.Body is { } write ? VaultBody.Write(write) : null;
        using var message = Compose(request, token, body, id);
        PinnedBuffer? buffer = null;
        try
        {
            using var answer = await _http.SendAsync(message, either.Token);
            buffer = new PinnedBuffer(Capacity(answer));
            if (!await ReadAsync(answer, buffer, either.Token))
            {
                buffer.Dispose();
                return new VaultResponse(0, null) { SentId = id, NoAnswer = $"{Description} gave an answer of more than {LargestBody / 1024 / 1024} MiB, which was not read." };
            }

            return new VaultResponse((int)answer.StatusCode, buffer) { SentId = id, RetryAfter = answer.Headers.RetryAfter?.Delta };
        }
        catch (OperationCanceledException)
        {
            buffer?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();

            // Without our own end of patience it is the handler's, which is about connecting only.
            return patience.IsCancellationRequested
                ? new VaultResponse(0, null) { SentId = id, NoAnswer = $"{Description} did not answer in time.", TimedOut = true }
                : new VaultResponse(0, null) { SentId = id, NoAnswer = $"{Description} does not take connections in time.", NotSent = true };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            buffer?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var error = (exception as HttpRequestException)?.HttpRequestError;
            return new VaultResponse(0, null)
            {
                SentId = id,
                NoAnswer = StoreHttp.Explain(exception, Description),
                NotSent = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
                Untrusted = error is HttpRequestError.SecureConnectionError,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static void RefusePlainHttp(VaultClientOptions options)
    {
        var address = options.Address;
        if (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && options.AllowPlainHttp && IsLoopback(address)))
        {
            return;
        }

        throw new SecretStoreException(
            SecretFailureKind.Invalid,
            $"The vault's address {address.GetLeftPart(UriPartial.Authority)} is not https. Use https; plain http is allowed to loopback only, together with \"allow_plain_http\": true.");
    }

    private static bool IsLoopback(Uri address) =>
        string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));

    private static int Capacity(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentLength is { } length and > 0 and < LargestBody ? (int)length + 1 : 4096;

    private static async ValueTask<bool> ReadAsync(HttpResponseMessage answer, PinnedBuffer buffer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(), cancellationToken);
            if (read == 0)
            {
                return true;
            }

            buffer.Advance(read);
            if (buffer.Length > LargestBody)
            {
                return false;
            }
        }
    }

    private HttpRequestMessage Compose(VaultRequest request, SecretValue? token, PinnedBuffer? body, string id)
    {
        var query = request.Query is { } asked ? $"?{asked}" : string.Empty;
        var message = new HttpRequestMessage(request.Method, new Uri(_options.Address, $"/v1/{request.Path}{query}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

        // Tells the vault that no browser sent this; a listener may insist on it.
        message.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        message.Headers.TryAddWithoutValidation(RequestIdHeader, id);
        if ((request.Namespace ?? _options.Namespace) is { } place)
        {
            message.Headers.TryAddWithoutValidation("X-Vault-Namespace", place);
        }

        if (request.WrapTtl is { } wrap)
        {
            message.Headers.TryAddWithoutValidation("X-Vault-Wrap-TTL", string.Create(CultureInfo.InvariantCulture, $"{(long)wrap.TotalSeconds}s"));
        }

        foreach (var (name, value) in request.Inline?.Headers() ?? [])
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (token is not null)
        {
#pragma warning disable RS0030 // A transport line: a header is a managed string; it goes to the verified address of the vault and nowhere else.
            message.Headers.TryAddWithoutValidation("X-Vault-Token", token.RevealString());
#pragma warning restore RS0030
        }

        if (body is not null)
        {
            message.Content = new ReadOnlyMemoryContent(body.Written) { Headers = { ContentType = new MediaTypeHeaderValue(request.ContentType) } };
        }

        return message;
    }
}
