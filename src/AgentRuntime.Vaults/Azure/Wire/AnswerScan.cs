using System.Text.Json;
using AgentRuntime.Vaults.Azure.Values;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>An answer of the vault, taken apart: the value, the error codes, and the rest, which holds neither a value nor free text of an error.</summary>
internal sealed class AnswerScan
{
    private const int LongestCode = 64;

    private AnswerScan()
    {
    }

    /// <summary>The value of a secret as UTF-8, or <c>null</c>. The receiver owns it.</summary>
    public PinnedBuffer? Value { get; private set; }

    /// <summary>The code of an error.</summary>
    public string? Code { get; private set; }

    /// <summary>The inner code of an error.</summary>
    public string? InnerCode { get; private set; }

    /// <summary>The text was no JSON object.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>What is left for the library to read.</summary>
    public byte[] Rest { get; private set; } = "{}"u8.ToArray();

    /// <summary>Takes an answer apart.</summary>
    /// <param name="json">Its body.</param>
    /// <param name="isError">Whether its status says that it is an error; only the codes are kept then.</param>
    public static AnswerScan Of(ReadOnlySpan<byte> json, bool isError)
    {
        var scan = new AnswerScan();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                scan.IsMalformed = true;
            }
            else if (isError)
            {
                scan.ReadError(ref reader);
            }
            else
            {
                scan.ReadBundle(json, ref reader);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a string that is no text. The message of the exception may quote it.
            scan.IsMalformed = true;
        }

        if (scan.IsMalformed)
        {
            scan.Value?.Dispose();
            scan.Value = null;
        }

        return scan;
    }

    private void ReadBundle(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        using var rest = new MemoryStream();
        using (var writer = new Utf8JsonWriter(rest))
        {
            writer.WriteStartObject();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isValue = reader.ValueTextEquals("value"u8);
                var name = isValue ? "value" : reader.GetString()!;
                reader.Read();
                if (isValue && reader.TokenType == JsonTokenType.String)
                {
                    Value?.Dispose();
                    Value = new PinnedBuffer(reader.ValueSpan.Length + 1);
                    Value.Advance(reader.CopyString(Value.GetSpan(reader.ValueSpan.Length)));
                    continue;
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                writer.WritePropertyName(name);
                writer.WriteRawValue(json[start..(int)reader.BytesConsumed], skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        IsMalformed = reader.TokenType != JsonTokenType.EndObject || reader.Read();
        Rest = IsMalformed ? Rest : rest.ToArray();
    }

    private void ReadError(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref reader, "error", isInner: false);
        }
    }

    private void ReadMember(ref Utf8JsonReader reader, string codes, bool isInner)
    {
        var isCodes = string.Equals(reader.GetString(), codes, StringComparison.OrdinalIgnoreCase);
        reader.Read();
        if (!isCodes || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("code"u8))
            {
                ReadMember(ref reader, isInner ? "nothing further in" : "innererror", isInner: true);
                continue;
            }

            reader.Read();
            _ = isInner ? InnerCode = Word(ref reader) : Code = Word(ref reader);
            reader.Skip();
        }
    }

    private static string? Word(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestCode && reader.GetString() is { } text && text.All(char.IsAsciiLetterOrDigit) ? text : null;
}
