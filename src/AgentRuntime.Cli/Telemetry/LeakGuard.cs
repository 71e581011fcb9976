using System.Buffers;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Telemetry;

/// <summary>The last look at telemetry before it leaves: a request whose bytes hold a known value or a credential shape is not sent.</summary>
internal sealed class LeakGuard(IScrubber scrubber, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        request.Content?.CopyTo(body, context: null, cancellationToken);
        ThrowIfLeaking(body);
        return base.Send(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if (request.Content is { } content)
        {
            await content.CopyToAsync(body, cancellationToken);
        }

        ThrowIfLeaking(body);
        return await base.SendAsync(request, cancellationToken);
    }

    private void ThrowIfLeaking(MemoryStream body)
    {
        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        var clean = new ArrayBufferWriter<byte>(bytes.Length + 16);
        var stream = scrubber.OpenStream();
        stream.Write(bytes, clean);
        stream.Complete(clean);
        if (!clean.WrittenSpan.SequenceEqual(bytes))
        {
            throw new HttpRequestException("The telemetry held a credential and was not sent.");
        }
    }
}
