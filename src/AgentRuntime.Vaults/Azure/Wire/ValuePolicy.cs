using System.Globalization;
using AgentRuntime.Vaults.Azure.Values;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>Keeps values out of the library: takes them out of answers before it reads them, and puts them into requests after it wrote them.</summary>
/// <remarks>Runs beside the transport, so that every attempt of a call passes through it. Stateless; thread-safe.</remarks>
internal sealed class ValuePolicy : HttpPipelinePolicy
{
    /// <summary>The greatest size of an answer that is read, in bytes: a page of a listing, or a secret of the largest size with every character escaped.</summary>
    public const int LargestAnswer = 512 * 1024;

    private const string Asks = "WWW-Authenticate";

    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The vault is asked asynchronously only.");

    /// <inheritdoc/>
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!message.TryGetProperty(VaultCall.Property, out var property) || property is not VaultCall call)
        {
            throw new InvalidOperationException("A request to the vault belongs to a call.");
        }

        // The first request to a vault asks for the challenge and has no content; it stays without.
        if (call.Body is { } body && message.Request.Content is not null)
        {
            message.Request.Content = RequestContent.Create(body.Written);
        }

        call.Status = 0;
        call.Fault = null;
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            call.Fault = exception;
            throw;
        }

        await TakeAsync(call, message.Response, message.CancellationToken);
    }

    private static async ValueTask TakeAsync(VaultCall call, Response response, CancellationToken cancellationToken)
    {
        call.RequestId = response.Headers.RequestId is { Length: > 0 and <= 128 } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':') ? id : null;
        call.RetryAfter = response.Headers.TryGetValue("Retry-After", out var wait) && int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        if (response.Status == 401 && response.Headers.TryGetValue(Asks, out var challenge))
        {
            call.ChallengeTenant = TenantOf(challenge);
        }

        using var body = new PinnedBuffer(16 * 1024);
        call.IsTooLarge = !await ReadAsync(response.ContentStream, body, cancellationToken);
        var answer = AnswerScan.Of(call.IsTooLarge ? "{}"u8 : body.Written.Span, isError: response.Status >= 300);
        call.Take(answer);
        call.Status = response.Status;
        if (response.ContentStream is { } old)
        {
            response.ContentStream = new MemoryStream(answer.Rest, writable: false);
            await old.DisposeAsync();
        }
    }

    private static async ValueTask<bool> ReadAsync(Stream? stream, PinnedBuffer body, CancellationToken cancellationToken)
    {
        while (stream is not null && await stream.ReadAsync(body.GetMemory(4096), cancellationToken) is > 0 and var read)
        {
            body.Advance(read);
            if (body.Length > LargestAnswer)
            {
                return false;
            }
        }

        return true;
    }

    // Bearer authorization="https://login.microsoftonline.com/TENANT", resource="https://vault.azure.net"
    private static Guid? TenantOf(string? challenge)
    {
        var parts = challenge?.Split('"') ?? [];
        var at = Array.FindIndex(parts, part => part.TrimEnd().EndsWith("authorization=", StringComparison.OrdinalIgnoreCase) || part.TrimEnd().EndsWith("authorization_uri=", StringComparison.OrdinalIgnoreCase));
        return at >= 0 && at + 1 < parts.Length && Uri.TryCreate(parts[at + 1], UriKind.Absolute, out var url) && url.Segments is [_, var tenant, ..] && Guid.TryParse(tenant.TrimEnd('/'), out var id) ? id : null;
    }
}
