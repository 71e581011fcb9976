using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Streaming;

namespace AgentRuntime.Scrubbing.Json;

/// <summary>Writes a JSON value anew with some of its strings, names and numbers replaced. A replaced number becomes a string.</summary>
/// <remarks>A replaced name that another member has already gets a suffix (<c>~2</c>), so no member is lost.</remarks>
internal static class JsonRewriter
{
    public static JsonElement Write(ReadOnlySpan<byte> raw, JsonSegments segments, Dictionary<int, byte[]> replaced)
    {
        using var output = new PooledBuffer(raw.Length + 256);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true, MaxDepth = int.MaxValue }))
        {
            Copy(raw, segments, replaced, writer);
        }

        var reader = new Utf8JsonReader(output.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        return JsonElement.ParseValue(ref reader);
    }

    private static void Copy(ReadOnlySpan<byte> raw, JsonSegments segments, Dictionary<int, byte[]> replaced, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(raw, JsonSegments.ReaderOptions);
        var taken = new Stack<HashSet<string>>();
        var next = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    writer.WriteStartObject();
                    taken.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    writer.WriteEndObject();
                    taken.Pop();
                    break;
                case JsonTokenType.StartArray:
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName when replaced.TryGetValue(next, out var name):
                    writer.WritePropertyName(Free(Encoding.UTF8.GetString(name), taken.Peek(), segments));
                    next++;
                    break;
                case JsonTokenType.PropertyName:
                    writer.WritePropertyName(segments.Content(segments.All[next++]));
                    break;
                case JsonTokenType.String or JsonTokenType.Number when replaced.TryGetValue(next, out var text):
                    writer.WriteStringValue(text);
                    next++;
                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(segments.Content(segments.All[next++]));
                    break;
                case JsonTokenType.Number:
                    writer.WriteRawValue(segments.Content(segments.All[next++]), skipInputValidation: true);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                    break;
                case JsonTokenType.Null:
                    writer.WriteNullValue();
                    break;
                default:
                    break;
            }
        }
    }

    private static string Free(string name, HashSet<string> taken, JsonSegments segments)
    {
        var free = name;
        for (var number = 2; segments.HasName(free) || !taken.Add(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}~{number}");
        }

        return free;
    }
}
