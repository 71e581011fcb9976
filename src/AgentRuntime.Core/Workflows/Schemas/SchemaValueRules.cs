using System.Globalization;
using System.Text.Json;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Schemas;

/// <summary>The rules about a value itself: type, enum, numbers, lengths, counts, patterns.</summary>
internal static class SchemaValueRules
{
    public static void Add(SchemaNode node, SchemaCompiler.Keywords keywords)
    {
        AddType(node, keywords);
        AddEnum(node, keywords);
        AddNumbers(node, keywords);
        AddLengths(node, keywords);
    }

    private static void AddType(SchemaNode node, SchemaCompiler.Keywords keywords)
    {
        if (keywords.Value("type") is not { } value)
        {
            return;
        }

        var words = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        if (words.Length == 0 || !Array.TrueForAll(words, word => word.ValueKind == JsonValueKind.String && SchemaKeywords.Types.Contains(word.GetString()!)))
        {
            keywords.Invalid("type", "'type' is not one of the allowed words.", $"Allowed: {string.Join(", ", SchemaKeywords.Types.Order(StringComparer.Ordinal))}.");
            return;
        }

        var types = words.Select(word => word.GetString()!).ToArray();
        node.Add(new TypeRule(types));
    }

    private static void AddEnum(SchemaNode node, SchemaCompiler.Keywords keywords)
    {
        if (keywords.Value("const") is { } constant)
        {
            node.Add(new ValueRule(value => SchemaText.Same(value, constant), "is not the one allowed value (const)."));
        }

        if (keywords.Value("enum") is not { } list)
        {
            return;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            keywords.Invalid("enum", "'enum' is an array.", "Write [ ... ].");
            return;
        }

        var allowed = list.EnumerateArray().ToArray();
        node.Add(new ValueRule(value => Array.Exists(allowed, item => SchemaText.Same(value, item)), "is not one of the allowed values (enum)."));
    }

    private static void AddNumbers(SchemaNode node, SchemaCompiler.Keywords keywords)
    {
        AddBound(node, keywords, "minimum", "exclusiveMinimum", 1, "less");
        AddBound(node, keywords, "maximum", "exclusiveMaximum", -1, "greater");
        if (keywords.Number("multipleOf") is { } of)
        {
            if (of.GetDouble() <= 0)
            {
                keywords.Invalid("multipleOf", "'multipleOf' is greater than 0.", "Give a number greater than 0.");
                return;
            }

            node.Add(new ValueRule(value => value.ValueKind != JsonValueKind.Number || SchemaText.IsMultiple(value, of), $"is not a multiple of {of.GetRawText()}."));
        }
    }

    /// <summary>In draft 4 the exclusive keyword is a flag beside the bound; later it is a bound of its own.</summary>
    private static void AddBound(SchemaNode node, SchemaCompiler.Keywords keywords, string name, string exclusiveName, int sign, string word)
    {
        var flag = keywords.Kind(exclusiveName) is JsonValueKind.True or JsonValueKind.False;
        var bound = keywords.Number(name);
        if (bound is { } limit)
        {
            var open = flag && keywords.Kind(exclusiveName) == JsonValueKind.True;
            AddBound(node, limit, sign, open, word);
        }

        if (!flag && keywords.Number(exclusiveName) is { } exclusive)
        {
            AddBound(node, exclusive, sign, open: true, word);
        }
    }

    private static void AddBound(SchemaNode node, JsonElement limit, int sign, bool open, string word) =>
        node.Add(new ValueRule(
            value => value.ValueKind != JsonValueKind.Number || (sign * SchemaText.Compare(value, limit)) is var order && (open ? order > 0 : order >= 0),
            open ? $"must be {(sign > 0 ? "greater" : "less")} than {limit.GetRawText()}." : $"must not be {word} than {limit.GetRawText()}."));

    private static void AddLengths(SchemaNode node, SchemaCompiler.Keywords keywords)
    {
        AddCount(node, keywords, "Length", JsonValueKind.String, static value => SchemaText.Length(value.GetString()!), "characters");
        AddCount(node, keywords, "Items", JsonValueKind.Array, static value => value.GetArrayLength(), "items");
        AddCount(node, keywords, "Properties", JsonValueKind.Object, static value => value.GetPropertyCount(), "members");
        if (keywords.Text("pattern") is not { } text)
        {
            return;
        }

        if (SchemaText.Pattern(text) is not { } pattern)
        {
            keywords.Invalid("pattern", "'pattern' is no regular expression.", "Write an ECMA 262 regular expression.");
            return;
        }

        node.Add(new PatternRule(pattern));
    }

    private static void AddCount(SchemaNode node, SchemaCompiler.Keywords keywords, string suffix, JsonValueKind kind, Func<JsonElement, int> count, string unit)
    {
        if (keywords.Count($"min{suffix}") is { } min)
        {
            node.Add(new ValueRule(value => value.ValueKind != kind || count(value) >= min, string.Create(CultureInfo.InvariantCulture, $"has fewer than {min} {unit}.")));
        }

        if (keywords.Count($"max{suffix}") is { } max)
        {
            node.Add(new ValueRule(value => value.ValueKind != kind || count(value) <= max, string.Create(CultureInfo.InvariantCulture, $"has more than {max} {unit}.")));
        }
    }
}

/// <summary><c>type</c>.</summary>
internal sealed class TypeRule(string[] types) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (!Array.Exists(types, type => Is(value, type)))
        {
            violations.Add(new JsonSchemaViolation(pointer, $"must be of type {string.Join(" or ", types)}; it is {JsonWords.Kind(value)}."));
        }
    }

    private static bool Is(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Null => type == "null",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && SchemaText.IsWhole(value)),
        _ => false,
    };
}
