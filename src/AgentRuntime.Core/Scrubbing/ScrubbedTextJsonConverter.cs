using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentRuntime.Scrubbing;

/// <summary>Writes scrubbed text; what is read back was scrubbed before it was written.</summary>
internal sealed class ScrubbedTextJsonConverter : JsonConverter<ScrubbedText>
{
    public override ScrubbedText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, ScrubbedText value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}

/// <summary>Writes scrubbed JSON; what is read back was scrubbed before it was written.</summary>
internal sealed class ScrubbedJsonJsonConverter : JsonConverter<ScrubbedJson>
{
    public override bool HandleNull => true;

    public override ScrubbedJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, ScrubbedJson value, JsonSerializerOptions options)
    {
        if (value.Element.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.Element.WriteTo(writer);
        }
    }
}
