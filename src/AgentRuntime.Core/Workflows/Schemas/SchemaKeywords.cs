using System.Collections.Frozen;

namespace AgentRuntime.Workflows.Schemas;

/// <summary>The keywords of JSON Schema by what is done with them.</summary>
internal static class SchemaKeywords
{
    /// <summary>They restrict nothing.</summary>
    public static readonly FrozenSet<string> Annotations = new[]
    {
        "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "contentEncoding",
        "contentMediaType", "contentSchema",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>They are enforced.</summary>
    public static readonly FrozenSet<string> Enforced = new[]
    {
        "$ref", "$defs", "definitions", "type", "enum", "const", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "minLength", "maxLength", "pattern", "items", "prefixItems", "additionalItems", "contains", "minContains", "maxContains", "minItems",
        "maxItems", "uniqueItems", "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
        "maxProperties", "dependentRequired", "dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Known, but not enforced, and so refused.</summary>
    public static readonly FrozenSet<string> Refused = new[]
    {
        "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$anchor", "$vocabulary", "id", "unevaluatedProperties", "unevaluatedItems",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The dialects that are read.</summary>
    public static readonly FrozenSet<string> Dialects = new[]
    {
        "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-04/schema",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The words of <c>type</c>.</summary>
    public static readonly FrozenSet<string> Types = new[] { "null", "boolean", "object", "array", "number", "string", "integer" }.ToFrozenSet(StringComparer.Ordinal);
}
