using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Templates;

/// <summary>A part of a compiled value. Immutable.</summary>
internal abstract class TemplateNode
{
    /// <summary>Writes the value, or says which template has none.</summary>
    public abstract UnresolvedTemplate? Write(Utf8JsonWriter writer, TemplateScope scope);

    /// <summary>Raw bytes: keeps numbers as they were written and costs no decoding.</summary>
    protected static void WriteRaw(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}

/// <summary>A value without templates.</summary>
internal sealed class LiteralNode(JsonElement value) : TemplateNode
{
    public JsonElement Value => value;

    public override UnresolvedTemplate? Write(Utf8JsonWriter writer, TemplateScope scope)
    {
        WriteRaw(writer, value);
        return null;
    }
}

/// <summary>A string that is one template: keeps the type of its value.</summary>
internal sealed class WholeNode(Template template, string pointer) : TemplateNode
{
    public bool Omits => template.Omit;

    /// <summary>The value. Both are <c>null</c> when it is to be left out.</summary>
    public (JsonElement? Value, UnresolvedTemplate? Error) Resolve(TemplateScope scope)
    {
        var value = template.Resolve(scope);
        if (template.Omit)
        {
            return (value is { ValueKind: JsonValueKind.Null } ? null : value, null);
        }

        return value is null ? (null, TextNode.Missing(template, pointer)) : (value, null);
    }

    public override UnresolvedTemplate? Write(Utf8JsonWriter writer, TemplateScope scope)
    {
        var (value, error) = Resolve(scope);
        if (value is { } found)
        {
            WriteRaw(writer, found);
        }

        return error;
    }
}

/// <summary>A string with templates among other text.</summary>
internal sealed class TextNode(TextPart[] parts, string pointer) : TemplateNode
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = CompiledValue.MaxDepth };

    public static UnresolvedTemplate Missing(Template template, string pointer) =>
        new(pointer, template.Text, $"{template.Text} has no value: a part of the path is missing. Add a default, such as {{{{a | \"default\"}}}}.");

    public override UnresolvedTemplate? Write(Utf8JsonWriter writer, TemplateScope scope)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Template is not { } template)
            {
                text.Append(part.Literal);
                continue;
            }

            switch (template.Resolve(scope))
            {
                case null:
                    return Missing(template, pointer);
                case { ValueKind: JsonValueKind.Null }:
                    return new UnresolvedTemplate(pointer, template.Text, $"{template.Text} is null, which has no form inside a text. Add a default, such as {{{{a | \"\"}}}}.");
                case { ValueKind: JsonValueKind.String } value:
                    text.Append(value.GetString());
                    break;
                case { ValueKind: JsonValueKind.Object or JsonValueKind.Array } value:
                    text.Append(ToCompactText(value));
                    break;
                case { } value:
                    text.Append(value.GetRawText());
                    break;
            }
        }

        writer.WriteStringValue(text.ToString());
        return null;
    }

    private static string ToCompactText(JsonElement value)
    {
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.Span);
    }
}

/// <summary>An object with a template somewhere inside.</summary>
internal sealed class ObjectNode((JsonEncodedText Name, TemplateNode Value)[] members) : TemplateNode
{
    public override UnresolvedTemplate? Write(Utf8JsonWriter writer, TemplateScope scope)
    {
        writer.WriteStartObject();
        foreach (var (name, node) in members)
        {
            if (node is WholeNode whole)
            {
                var (value, error) = whole.Resolve(scope);
                if (error is not null)
                {
                    return error;
                }

                if (value is { } found)
                {
                    writer.WritePropertyName(name);
                    WriteRaw(writer, found);
                }

                continue;
            }

            writer.WritePropertyName(name);
            if (node.Write(writer, scope) is { } unresolved)
            {
                return unresolved;
            }
        }

        writer.WriteEndObject();
        return null;
    }
}

/// <summary>An array with a template somewhere inside.</summary>
internal sealed class ArrayNode(TemplateNode[] items) : TemplateNode
{
    public override UnresolvedTemplate? Write(Utf8JsonWriter writer, TemplateScope scope)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            if (item.Write(writer, scope) is { } unresolved)
            {
                return unresolved;
            }
        }

        writer.WriteEndArray();
        return null;
    }
}
