using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Aws.Values;

/// <summary>Turns what is stored into fields. Values go from the bytes of the answer into their own memory, and everything in between is zeroed.</summary>
/// <remarks>
/// A text that is a JSON object gives one field for each member: a text as it is, a number or truth value as it is written, <c>{"$base64": "..."}</c> as
/// bytes; <c>null</c> members are left out. Any other text, and bytes, give the one field <c>value</c>.
/// </remarks>
internal static class SecretReader
{
    private const int MostFields = 64;

    /// <summary>The fields, or what is wrong with the form, without any of it.</summary>
    public static (Dictionary<string, SecretValue>? Fields, string? Problem) Read(SecretContent content)
    {
        var bytes = content.Bytes.Written;
        return content.IsBinary || !bytes.TrimStart(" \t\r\n"u8).StartsWith("{"u8) || !IsJson(bytes) ? (Single(bytes), null) : Object(bytes);
    }

    private static Dictionary<string, SecretValue> Single(ReadOnlySpan<byte> bytes) => new(StringComparer.Ordinal) { [SecretMaterial.ValueField] = SecretValue.Copy(bytes) };

    private static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static (Dictionary<string, SecretValue>? Fields, string? Problem) Object(ReadOnlySpan<byte> json)
    {
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        var problem = Fill(json, fields);
        if (problem is null)
        {
            return (fields, null);
        }

        foreach (var value in fields.Values)
        {
            value.Dispose();
        }

        return (null, problem);
    }

    private static string? Fill(ReadOnlySpan<byte> json, Dictionary<string, SecretValue> fields)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        for (var number = 1; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; number++)
        {
            // Checked by length before it is a string; a member's name is printed as a field's name is.
            if (reader.ValueSpan.Length > Name.MaxLength || reader.GetString() is not { } name || !Name.IsValid(name))
            {
                return $"its member {number} has a name that no field can have (1 to {Name.MaxLength} of a-z A-Z 0-9 _ - .)";
            }

            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (fields.Count == MostFields || fields.ContainsKey(name))
            {
                return fields.Count == MostFields ? $"it has more than {MostFields} members" : $"it has two members named '{name}'";
            }

            if (Value(ref reader) is not { } value)
            {
                return $"its member '{name}' is neither a text nor a number, true, false or {{\"{SecretWriter.BytesMark}\": \"...\"}}; a JSON document as a value is stored as a text inside of {{\"value\": \"...\"}}, as 'agentruntime credentials set' does";
            }

            fields.Add(name, value);
        }

        return fields.Count == 0 ? "it is a JSON object without members" : null;
    }

    private static SecretValue? Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => JsonValues.Copy(ref reader),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => SecretValue.Copy(reader.ValueSpan),
        JsonTokenType.StartObject => Marked(ref reader),
        _ => null,
    };

    private static SecretValue? Marked(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(SecretWriter.BytesMark)
            || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        using var bytes = JsonValues.Decode(ref reader);
        return bytes is not null && reader.Read() && reader.TokenType == JsonTokenType.EndObject ? SecretValue.Copy(bytes.Written) : null;
    }
}
