using System.Text.Json;
using System.Text.RegularExpressions;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Schemas;

/// <summary>Compiles a schema with all its subschemas, each once, and finds every problem. Not thread-safe.</summary>
internal sealed class SchemaCompiler(JsonElement document)
{
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);

    public List<JsonSchemaProblem> Problems { get; } = [];

    public SchemaNode Compile() => NodeAt(document, string.Empty);

    private SchemaNode NodeAt(JsonElement schema, string pointer)
    {
        if (_nodes.TryGetValue(pointer, out var node))
        {
            return node;
        }

        _nodes[pointer] = node = new SchemaNode();
        switch (schema.ValueKind)
        {
            case JsonValueKind.True:
                break;
            case JsonValueKind.False:
                node.Add(new ValueRule(static _ => false, "is not allowed here."));
                break;
            case JsonValueKind.Object:
                CheckKeywords(schema, pointer);
                Fill(node, new Keywords(this, schema, pointer));
                break;
            default:
                Invalid(pointer, "A schema is an object, true or false.", "Write { ... }.");
                break;
        }

        return node;
    }

    private void CheckKeywords(JsonElement schema, string pointer)
    {
        foreach (var member in schema.EnumerateObject())
        {
            var name = member.Name;
            if (SchemaKeywords.Enforced.Contains(name) || SchemaKeywords.Annotations.Contains(name) || name.StartsWith("x-", StringComparison.Ordinal))
            {
                continue;
            }

            var place = JsonPointer.Append(pointer, name);
            if (name == "$schema" && pointer.Length == 0)
            {
                if (member.Value.ValueKind != JsonValueKind.String || !SchemaKeywords.Dialects.Contains(member.Value.GetString()!.TrimEnd('#')))
                {
                    Problems.Add(new JsonSchemaProblem(place, ProblemCodes.SchemaInvalid, "This dialect of JSON Schema is not known.", "Use https://json-schema.org/draft/2020-12/schema."));
                }
            }
            else if (name != "$id" || pointer.Length > 0)
            {
                var known = SchemaKeywords.Refused.Contains(name) || name is "$id" or "$schema";
                Problems.Add(new JsonSchemaProblem(
                    place,
                    ProblemCodes.SchemaKeywordNotSupported,
                    known ? $"The keyword '{name}' is not enforced here, so it is refused." : $"{(PrintableName.IsSafe(name) ? $"'{name}'" : "A member")} is no keyword of JSON Schema.",
                    known ? "Say the same with other keywords; see docs/workflow-format.md." : DidYouMean.Hint(name, SchemaKeywords.Enforced, "Remove it, or begin its name with 'x-'.")));
            }
        }
    }

    private void Fill(SchemaNode node, Keywords keywords)
    {
        SchemaValueRules.Add(node, keywords);
        AddReference(node, keywords);
        AddApplicators(node, keywords);
        AddArrays(node, keywords);
        AddObjects(node, keywords);
    }

    private void AddReference(SchemaNode node, Keywords keywords)
    {
        foreach (var container in new[] { "$defs", "definitions" })
        {
            foreach (var _ in keywords.Schemas(container))
            {
                // Compiled, and so checked, also when nothing refers to it.
            }
        }

        if (keywords.Text("$ref") is not { } reference)
        {
            return;
        }

        var place = keywords.PointerOf("$ref");
        if (!reference.StartsWith('#'))
        {
            Problems.Add(new JsonSchemaProblem(place, ProblemCodes.SchemaReference, "The reference leaves this schema; nothing is fetched.", "Copy the schema under $defs and refer to #/$defs/NAME."));
        }
        else if (Find(Uri.UnescapeDataString(reference[1..])) is { } found)
        {
            node.Add(new AllRule([NodeAt(found.Schema, found.Pointer)]));
        }
        else
        {
            Problems.Add(new JsonSchemaProblem(place, ProblemCodes.SchemaReference, "The reference leads nowhere.", "Refer to a place in this schema, such as #/$defs/NAME."));
        }
    }

    private (JsonElement Schema, string Pointer)? Find(string pointer)
    {
        if (JsonPointer.Split(pointer) is not { } segments)
        {
            return null;
        }

        var element = document;
        foreach (var segment in segments)
        {
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(segment, out var member))
            {
                element = member;
            }
            else if (element.ValueKind == JsonValueKind.Array
                && int.TryParse(segment, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index)
                && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else
            {
                return null;
            }
        }

        return (element, pointer);
    }

    private static void AddApplicators(SchemaNode node, Keywords keywords)
    {
        if (keywords.SchemaList("allOf") is { } all)
        {
            node.Add(new AllRule(all));
        }

        if (keywords.SchemaList("anyOf") is { } any)
        {
            node.Add(new SomeRule(any, exactlyOne: false));
        }

        if (keywords.SchemaList("oneOf") is { } one)
        {
            node.Add(new SomeRule(one, exactlyOne: true));
        }

        if (keywords.Schema("not") is { } not)
        {
            node.Add(new NotRule(not));
        }

        var (then, otherwise) = (keywords.Schema("then"), keywords.Schema("else"));
        if (keywords.Schema("if") is { } condition)
        {
            node.Add(new IfRule(condition, then, otherwise));
        }
    }

    private static void AddArrays(SchemaNode node, Keywords keywords)
    {
        var tuple = keywords.Kind("items") == JsonValueKind.Array;
        var prefix = tuple ? keywords.SchemaList("items") : keywords.SchemaList("prefixItems");
        var rest = tuple ? keywords.Schema("additionalItems") : keywords.Schema("items");
        if (prefix is not null || rest is not null)
        {
            node.Add(new ItemsRule(prefix ?? [], rest));
        }

        var (min, max) = (keywords.Count("minContains"), keywords.Count("maxContains"));
        if (keywords.Schema("contains") is { } contains)
        {
            node.Add(new ContainsRule(contains, min ?? 1, max ?? int.MaxValue));
        }

        if (keywords.Flag("uniqueItems") == true)
        {
            node.Add(new UniqueRule());
        }
    }

    private void AddObjects(SchemaNode node, Keywords keywords)
    {
        var named = keywords.Schemas("properties").ToDictionary(StringComparer.Ordinal);
        var patterns = new List<(Regex Pattern, SchemaNode Schema)>();
        foreach (var (name, schema) in keywords.Schemas("patternProperties"))
        {
            if (SchemaText.Pattern(name) is { } pattern)
            {
                patterns.Add((pattern, schema));
            }
            else
            {
                Invalid(keywords.PointerOf("patternProperties"), "A name of 'patternProperties' is no regular expression.", "Write an ECMA 262 regular expression.");
            }
        }

        var additional = keywords.Schema("additionalProperties");
        var names = keywords.Schema("propertyNames");
        var closed = keywords.Kind("additionalProperties") == JsonValueKind.False;
        if (named.Count > 0 || patterns.Count > 0 || additional is not null || names is not null)
        {
            node.Add(new MembersRule(named, patterns, additional, closed, names));
        }

        if (keywords.Texts("required") is { } required)
        {
            node.Add(new RequiredRule(null, required));
        }

        foreach (var (name, value, pointer) in keywords.Members("dependentRequired").Concat(keywords.Members("dependencies").Where(member => member.Value.ValueKind == JsonValueKind.Array)))
        {
            node.Add(new RequiredRule(name, Texts(value, pointer)));
        }

        foreach (var (name, value, pointer) in keywords.Members("dependentSchemas").Concat(keywords.Members("dependencies").Where(member => member.Value.ValueKind != JsonValueKind.Array)))
        {
            node.Add(new DependentRule(name, NodeAt(value, pointer)));
        }
    }

    private string[] Texts(JsonElement value, string pointer)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        }

        Invalid(pointer, "A list of member names is an array of strings.", "Write [\"name\", ...].");
        return [];
    }

    private void Invalid(string pointer, string message, string fix) =>
        Problems.Add(new JsonSchemaProblem(pointer, ProblemCodes.SchemaInvalid, message, fix));

    /// <summary>The keywords of one schema object, with type checks.</summary>
    internal sealed class Keywords(SchemaCompiler compiler, JsonElement schema, string pointer)
    {
        public string PointerOf(string name) => JsonPointer.Append(pointer, name);

        public JsonElement? Value(string name) => schema.TryGetProperty(name, out var value) ? value : null;

        public JsonValueKind Kind(string name) => Value(name)?.ValueKind ?? JsonValueKind.Undefined;

        public void Invalid(string name, string message, string fix) => compiler.Invalid(PointerOf(name), message, fix);

        public string? Text(string name) =>
            Value(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : Refuse<string>(name, "a string");

        public bool? Flag(string name)
        {
            if (Value(name) is not { } value)
            {
                return null;
            }

            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                _ = Refuse<string>(name, "true or false");
            }

            return value.ValueKind == JsonValueKind.True;
        }

        public int? Count(string name)
        {
            if (Value(name) is not { } value)
            {
                return null;
            }

            if (value.ValueKind == JsonValueKind.Number && SchemaText.IsWhole(value) && value.GetDouble() is >= 0 and <= int.MaxValue)
            {
                return (int)value.GetDouble();
            }

            _ = Refuse<string>(name, "a whole number from 0");
            return null;
        }

        public JsonElement? Number(string name)
        {
            if (Value(name) is not { } value)
            {
                return null;
            }

            if (value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()))
            {
                return value;
            }

            _ = Refuse<string>(name, "a number");
            return null;
        }

        public string[]? Texts(string name) => Value(name) is { } value ? compiler.Texts(value, PointerOf(name)) : null;

        public SchemaNode? Schema(string name) => Value(name) is { } value ? compiler.NodeAt(value, PointerOf(name)) : null;

        public SchemaNode[]? SchemaList(string name)
        {
            if (Value(name) is not { } value)
            {
                return null;
            }

            return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
                ? [.. value.EnumerateArray().Select((item, i) => compiler.NodeAt(item, JsonPointer.Append(PointerOf(name), i)))]
                : Refuse<SchemaNode[]>(name, "an array of schemas with at least one item");
        }

        public IEnumerable<(string Name, JsonElement Value, string Pointer)> Members(string name)
        {
            if (Value(name) is not { } value)
            {
                return [];
            }

            return value.ValueKind == JsonValueKind.Object
                ? value.EnumerateObject().Select(member => (member.Name, member.Value, JsonPointer.Append(PointerOf(name), member.Name))).ToArray()
                : Refuse<(string, JsonElement, string)[]>(name, "an object") ?? [];
        }

        public List<KeyValuePair<string, SchemaNode>> Schemas(string name) =>
            [.. Members(name).Select(member => KeyValuePair.Create(member.Name, compiler.NodeAt(member.Value, member.Pointer)))];

        private T? Refuse<T>(string name, string expected)
            where T : class
        {
            Invalid(name, $"'{name}' is {expected}.", $"Give '{name}' {expected}.");
            return null;
        }
    }
}
