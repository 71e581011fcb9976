using System.Net.Http.Headers;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Sends signed operations over verified TLS and gives back their bounded answers. Thread-safe.</summary>
/// <param name="handler">The way over the network; owned.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsConnection(SocketsHttpHandler handler, TimeProvider time) : IDisposable
{
    // The greatest secret, 64 KiB, with every byte escaped as \u0000, and what is around it.
    private const int LargestAnswer = 512 * 1024;

    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: true);

    /// <summary>Sends one operation once.</summary>
    public async Task<AwsReply> SendAsync(AwsCall call, AwsKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, call.Endpoint.Url) { Content = new ReadOnlyMemoryContent(call.Body.WrittenMemory) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(call.ContentType);
            RequestSigner.Sign(request, call.ContentType, call.Target, call.Body.Written, (call.Endpoint.Service, call.Endpoint.Region), keys, time.GetUtcNow());
            using var response = await _invoker.SendAsync(request, cancellationToken);
            return await ReadAsync(call, response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // A connection that takes too long ends as a cancellation that nobody asked for.
            cancellationToken.ThrowIfCancellationRequested();
            return AwsReply.Bad(Unreachable(call, exception));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private static async Task<AwsReply> ReadAsync(AwsCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var id = Header(response, "x-amzn-RequestId") ?? Header(response, "x-amz-request-id");
        var body = new PinnedBuffer(4096);
        var kept = false;
        try
        {
            if (!await FitsAsync(response, body, cancellationToken))
            {
                return AwsReply.Bad(new AwsFault("TooLarge", SecretFailureKind.Invalid, "has an answer of more than 512 KiB, which no secret can have. Check the endpoint.") { RequestId = id });
            }

            // Success has no error to read. Whatever else came is told apart by its code, not by its status.
            if (response.IsSuccessStatusCode)
            {
                kept = true;
                return AwsReply.Good(body, id ?? XmlText.Element(body.Written, "RequestId"u8));
            }

            var (code, message) = ErrorBody.Read(body.Written, Header(response, "x-amzn-ErrorType"));
            return AwsReply.Bad(AwsErrors.Explain(code, message) with { RequestId = id ?? XmlText.Element(body.Written, "RequestId"u8) });
        }
        finally
        {
            if (!kept)
            {
                body.Dispose();
            }
        }
    }

    private static async Task<bool> FitsAsync(HttpResponseMessage response, PinnedBuffer body, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            var read = await stream.ReadAsync(body.Reserve(4096), cancellationToken);
            if (read == 0)
            {
                return true;
            }

            body.Advance(read);
            if (body.Length > LargestAnswer)
            {
                return false;
            }
        }
    }

    private static AwsFault Unreachable(AwsCall call, Exception exception) =>
        new("Unreachable", SecretFailureKind.Unavailable, $"cannot be reached. {StoreHttp.Explain(exception, call.Endpoint.ToString())}") { IsPassing = !IsTls(exception) };

    private static bool IsTls(Exception? exception) => exception is not null && (exception is System.Security.Authentication.AuthenticationException || IsTls(exception.InnerException));

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
