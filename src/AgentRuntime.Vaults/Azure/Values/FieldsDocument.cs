using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Azure.Values;

/// <summary>The fields of a credential as the one text that a Key Vault secret holds, and back.</summary>
/// <remarks>
/// A single field <c>value</c> of plain text is stored as it is, so that other tools can read and write it. Everything else is a JSON object whose
/// content type is <see cref="ContentType"/>: a field is a string, or <c>{"base64":"..."}</c> when its bytes are no text. No value becomes a managed string.
/// </remarks>
internal static class FieldsDocument
{
    /// <summary>The content type that marks a secret with fields.</summary>
    public const string ContentType = "application/vnd.agentruntime.fields+json";

    /// <summary>The greatest size of a secret in Key Vault, in bytes.</summary>
    public const int MaxSize = 25 * 1024;

    private const string Base64 = "base64";

    /// <summary>Whether these fields are stored as they are, without the marker.</summary>
    public static bool IsPlain(IReadOnlyDictionary<string, SecretValue> fields) =>
        fields.Count == 1 && fields.TryGetValue(SecretMaterial.ValueField, out var value) && IsPlainText(Bytes(value));

    /// <summary>Writes the text of a secret with these fields.</summary>
    public static void Write(IReadOnlyDictionary<string, SecretValue> fields, PinnedBuffer text)
    {
        if (IsPlain(fields))
        {
            text.Write(Bytes(fields[SecretMaterial.ValueField]));
            return;
        }

        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            var bytes = Bytes(value);
            if (Utf8.IsValid(bytes))
            {
                json.WriteString(name, bytes);
                continue;
            }

            json.WriteStartObject(name);
            json.WriteBase64String(Base64, bytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads the fields, or gives <c>null</c> when the text has not the form that its content type promises.</summary>
    public static Dictionary<string, SecretValue>? Read(ReadOnlySpan<byte> text, string? contentType)
    {
        if (!string.Equals(contentType, ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return new Dictionary<string, SecretValue>(StringComparer.Ordinal) { [SecretMaterial.ValueField] = SecretValue.Copy(text) };
        }

        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        try
        {
            if (ReadObject(text, fields) && fields.Count > 0)
            {
                return fields;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a string that is no text. The message of the exception may quote it.
        }

        foreach (var value in fields.Values)
        {
            value.Dispose();
        }

        return null;
    }

    private static bool ReadObject(ReadOnlySpan<byte> text, Dictionary<string, SecretValue> fields)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        using var scratch = new PinnedBuffer(text.Length + 1);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            if (!Name.IsValid(name) || fields.ContainsKey(name) || ReadField(ref json, scratch) is not { } value)
            {
                return false;
            }

            fields.Add(name, value);
        }

        return json.TokenType == JsonTokenType.EndObject && !json.Read();
    }

    private static SecretValue? ReadField(ref Utf8JsonReader json, PinnedBuffer scratch)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            return Unescaped(ref json, scratch);
        }

        if (json.TokenType != JsonTokenType.StartObject || !json.Read() || !json.ValueTextEquals(Base64) || !json.Read() || json.TokenType != JsonTokenType.String)
        {
            return null;
        }

        using var encoded = new PinnedBuffer(json.ValueSpan.Length + 1);
        encoded.Advance(json.CopyString(encoded.GetSpan(json.ValueSpan.Length)));
        var status = System.Buffers.Text.Base64.DecodeFromUtf8(encoded.Written.Span, scratch.GetSpan(encoded.Length), out _, out var length);
        return status == OperationStatus.Done && json.Read() && json.TokenType == JsonTokenType.EndObject ? SecretValue.Copy(scratch.GetSpan()[..length]) : null;
    }

    private static SecretValue Unescaped(ref Utf8JsonReader json, PinnedBuffer scratch) =>
        SecretValue.Copy(scratch.GetSpan()[..json.CopyString(scratch.GetSpan(json.ValueSpan.Length))]);

    // What a text editor would keep: no control characters but line ends and tabs, and no white space at the ends.
    private static bool IsPlainText(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && Utf8.IsValid(bytes) && bytes[0] > ' ' && bytes[^1] > ' ' && !bytes.ContainsAny(Controls);

    private static SearchValues<byte> Controls { get; } = SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static ReadOnlySpan<byte> Bytes(SecretValue value)
    {
#pragma warning disable RS0030 // The one place where a value goes to the vault: straight into the pinned buffer of the request.
        return value.RevealBytes();
#pragma warning restore RS0030
    }
}
