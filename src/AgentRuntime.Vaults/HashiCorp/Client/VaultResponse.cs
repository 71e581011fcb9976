using System.Text.Json;
using System.Text.Unicode;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>What the vault answered, or why there is no answer. Its buffer may hold values, and is zeroed on dispose. Printing gives status and sizes only.</summary>
/// <remarks>Texts of <see cref="Errors"/> and <see cref="Warnings"/> come from the server: they are compared with known ones and never printed.</remarks>
internal sealed class VaultResponse : IDisposable
{
    private readonly PinnedBuffer? _buffer;
    private readonly JsonSlice _root;

    public VaultResponse(int status, PinnedBuffer? buffer)
    {
        Status = status;
        _buffer = buffer;
        _root = Check(buffer);
        RequestId = _root["request_id"].Text() is { Length: > 0 } id ? id : null;
        Errors = _root["errors"].Strings();
        Warnings = _root["warnings"].Strings();
    }

    /// <summary>The HTTP status; 0 when there is no answer.</summary>
    public int Status { get; }

    /// <summary>Whether the call was carried out.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>Why there is no answer, for people.</summary>
    public string? NoAnswer { get; init; }

    /// <summary>Why the request was not even made, when the one who asks could not log in; then <see cref="Status"/> is 0.</summary>
    public Calls.VaultFailure? Refusal { get; init; }

    /// <summary>Whether the time was over before there was an answer.</summary>
    public bool TimedOut { get; init; }

    /// <summary>Whether the request certainly never reached the vault.</summary>
    public bool NotSent { get; init; }

    /// <summary>Whether trying again cannot help: the certificate is wrong.</summary>
    public bool Untrusted { get; init; }

    /// <summary>The server's id of the request, which its audit log carries; only with an answer that was carried out.</summary>
    public string? RequestId { get; }

    /// <summary>Our own id of the request, sent as a header.</summary>
    public string SentId { get; init; } = string.Empty;

    /// <summary>The id by which the request can be found: the server's, or else ours.</summary>
    public string Id => RequestId ?? SentId;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the answer was a redirect, which is never followed.</summary>
    public bool Redirected => Status is >= 300 and < 400;

    /// <summary>What the server says is wrong.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>What the server warns of.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The whole answer; nothing when it was no JSON object.</summary>
    public JsonSlice Root => _root;

    /// <summary>The member <c>data</c>.</summary>
    public JsonSlice Data => _root["data"];

    /// <summary>The member <c>auth</c>.</summary>
    public JsonSlice Auth => _root["auth"];

    /// <summary>The member <c>wrap_info</c>.</summary>
    public JsonSlice WrapInfo => _root["wrap_info"];

    /// <summary>The lease, or <c>null</c>.</summary>
    public string? LeaseId => _root["lease_id"].Text() is { Length: > 0 } id ? id : null;

    /// <summary>How long the lease lasts.</summary>
    public TimeSpan LeaseDuration => TimeSpan.FromSeconds(_root["lease_duration"].Number() ?? 0);

    /// <summary>Whether an error has this text in it.</summary>
    public bool Says(string text) => Errors.Any(error => error.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the token itself was refused: unknown, expired, revoked or used up. A policy's refusal reads otherwise.</summary>
    public bool TokenRefused => Status == 403 && (Says("invalid token") || Errors.Any(static error => error.Trim().Equals("permission denied", StringComparison.OrdinalIgnoreCase)));

    /// <inheritdoc/>
    public void Dispose() => _buffer?.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Status == 0 ? "[no answer]" : $"[vault response {Status}, {_buffer?.Length ?? 0} bytes]";

    private static JsonSlice Check(PinnedBuffer? buffer)
    {
        if (buffer is not { Length: > 0 })
        {
            return default;
        }

        try
        {
            var reader = new Utf8JsonReader(buffer.Written.Span);
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;

            // Every byte and every escape is looked at once, so that nobody after this finds it broken.
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    using var text = new PinnedBuffer(reader.ValueSpan.Length + 1);
                    reader.CopyString(text.GetSpan(reader.ValueSpan.Length));
                }
            }

            return isObject && Utf8.IsValid(buffer.Written.Span) ? new JsonSlice(buffer.Written) : default;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return default;
        }
    }
}
