using System.Text.Json;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>Writes the JSON object of a request into a pinned buffer. Not thread-safe.</summary>
internal sealed class VaultBody : IDisposable
{
    private readonly PinnedBuffer _buffer;

    private VaultBody(PinnedBuffer buffer)
    {
        _buffer = buffer;
        Json = new Utf8JsonWriter(buffer);
    }

    /// <summary>For what is not secret.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Writes one object; the caller disposes the buffer.</summary>
    public static PinnedBuffer Write(Action<VaultBody> content)
    {
        var buffer = new PinnedBuffer();
        try
        {
            using var body = new VaultBody(buffer);
            body.Json.WriteStartObject();
            content(body);
            body.Json.WriteEndObject();
            body.Json.Flush();
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>A member with a secret text.</summary>
    public void Text(string name, SecretValue value) => Raw(name, output => SecretJson.WriteText(output, value));

    /// <summary>A member with secret bytes in base64.</summary>
    public void Base64(string name, SecretValue value, byte[]? before = null) => Raw(name, output => SecretJson.WriteBase64(output, value, before));

    /// <summary>A member with a list of texts.</summary>
    public void Strings(string name, IEnumerable<string> values)
    {
        Json.WriteStartArray(name);
        foreach (var value in values)
        {
            Json.WriteStringValue(value);
        }

        Json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();

    private void Raw(string name, Action<PinnedBuffer> write)
    {
        using var value = new PinnedBuffer();
        write(value);
        Json.WritePropertyName(name);
        Json.WriteRawValue(value.Written.Span, skipInputValidation: true);
    }
}
