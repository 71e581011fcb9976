using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentRuntime.Scrubbing;

/// <summary>Text that went through the scrubber. Run events and audit entries take free text in this form only, so an unscrubbed text cannot be stored.</summary>
[JsonConverter(typeof(ScrubbedTextJsonConverter))]
public readonly struct ScrubbedText
{
    private readonly string? _text;

    internal ScrubbedText(string text) => _text = text;

    /// <summary>The text.</summary>
    public string Text => _text ?? string.Empty;

    /// <summary>A text written in this program's source, which holds nothing from outside.</summary>
    public static ScrubbedText Constant([System.Diagnostics.CodeAnalysis.ConstantExpected] string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>JSON that went through the scrubber. Run events take inputs and results in this form only.</summary>
[JsonConverter(typeof(ScrubbedJsonJsonConverter))]
public readonly struct ScrubbedJson
{
    internal ScrubbedJson(JsonElement element) => Element = element;

    /// <summary>The JSON; <see cref="JsonValueKind.Undefined"/> only for <c>default</c>.</summary>
    public JsonElement Element { get; }

    /// <summary>JSON <c>null</c>.</summary>
    public static ScrubbedJson Null { get; } = new(JsonDocument.Parse("null").RootElement);

    /// <inheritdoc/>
    public override string ToString() => Element.ValueKind == JsonValueKind.Undefined ? "null" : Element.GetRawText();
}
