using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>A JSON value inside a response's buffer. Only members that hold no secret become strings. Valid while the response is.</summary>
/// <param name="Utf8">The value's own bytes; empty when there is none.</param>
internal readonly record struct JsonSlice(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>Whether there is a value other than null.</summary>
    public bool Exists => Utf8.Length > 0 && Utf8.Span[0] != (byte)'n';

    /// <summary>The kind of the value.</summary>
    public JsonTokenType Kind
    {
        get
        {
            var reader = new Utf8JsonReader(Utf8.Span);
            return Utf8.Length > 0 && reader.Read() ? reader.TokenType : JsonTokenType.None;
        }
    }

    /// <summary>The members of an object; nothing for anything else.</summary>
    public IReadOnlyList<(string Name, JsonSlice Value)> Members()
    {
        var members = new List<(string, JsonSlice)>();
        var reader = new Utf8JsonReader(Utf8.Span);
        if (Utf8.Length == 0 || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return members;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            members.Add((name, Next(ref reader)));
        }

        return members;
    }

    /// <summary>The items of an array; nothing for anything else.</summary>
    public IReadOnlyList<JsonSlice> Items()
    {
        var items = new List<JsonSlice>();
        var reader = new Utf8JsonReader(Utf8.Span);
        if (Utf8.Length == 0 || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return items;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(At(ref reader));
        }

        return items;
    }

    /// <summary>A member of an object, or nothing.</summary>
    public JsonSlice this[string name]
    {
        get
        {
            var reader = new Utf8JsonReader(Utf8.Span);
            if (Utf8.Length == 0 || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(name))
                {
                    return Next(ref reader);
                }

                reader.Skip();
            }

            return default;
        }
    }

    /// <summary>A text that is not secret, or <c>null</c>.</summary>
    public string? Text()
    {
        var reader = new Utf8JsonReader(Utf8.Span);
        return Utf8.Length > 0 && reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>A whole number, or <c>null</c>.</summary>
    public long? Number()
    {
        var reader = new Utf8JsonReader(Utf8.Span);
        return Utf8.Length > 0 && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
    }

    /// <summary>True or false, or <c>null</c>.</summary>
    public bool? Bool() => Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };

    /// <summary>A time, or <c>null</c> when it is empty or none.</summary>
    public DateTimeOffset? Time() =>
        DateTimeOffset.TryParse(Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    /// <summary>The texts of an array.</summary>
    public IReadOnlyList<string> Strings() => [.. Items().Select(static item => item.Text()).OfType<string>()];

    /// <summary>A secret text as its UTF-8 bytes, or <c>null</c> when it is none. The caller disposes it.</summary>
    public SecretValue? Secret()
    {
        var reader = new Utf8JsonReader(Utf8.Span);
        if (Utf8.Length == 0 || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        using var text = new PinnedBuffer(reader.ValueSpan.Length + 1);
        text.Advance(reader.CopyString(text.GetSpan(reader.ValueSpan.Length)));
        return SecretValue.Copy(text.Written.Span);
    }

    /// <summary>Secret bytes that are written in base64, or <c>null</c> when they are not. The caller disposes the buffer.</summary>
    public PinnedBuffer? SecretBase64()
    {
        var reader = new Utf8JsonReader(Utf8.Span);
        if (Utf8.Length == 0 || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        using var text = new PinnedBuffer(reader.ValueSpan.Length + 1);
        text.Advance(reader.CopyString(text.GetSpan(reader.ValueSpan.Length)));
        var bytes = new PinnedBuffer(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 1);
        if (Base64.DecodeFromUtf8(text.Written.Span, bytes.GetSpan(text.Length == 0 ? 1 : Base64.GetMaxDecodedFromUtf8Length(text.Length)), out _, out var written) == System.Buffers.OperationStatus.Done)
        {
            bytes.Advance(written);
            return bytes;
        }

        bytes.Dispose();
        return null;
    }

    /// <summary>Never the content.</summary>
    public override string ToString() => Exists ? $"[json of {Utf8.Length} bytes]" : "[no json]";

    private JsonSlice Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return At(ref reader);
    }

    private JsonSlice At(ref Utf8JsonReader reader)
    {
        var start = checked((int)reader.TokenStartIndex);
        reader.Skip();
        return new JsonSlice(Utf8[start..checked((int)reader.BytesConsumed)]);
    }
}
