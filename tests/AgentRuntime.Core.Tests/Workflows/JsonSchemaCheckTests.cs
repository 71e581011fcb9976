using System.Text.Json;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Schemas;

namespace AgentRuntime.Core.Tests.Workflows;

public sealed class JsonSchemaCheckTests
{
    [Theory]
    [InlineData("true", "1", "false", "1")]
    [InlineData("""{ "type": "integer" }""", "1.0", """{ "type": "integer" }""", "1.5")]
    [InlineData("""{ "type": ["null", "string"] }""", "null", """{ "type": ["null", "string"] }""", "1")]
    [InlineData("""{ "enum": [1, "a", { "b": [1] }] }""", """{ "b": [1.0] }""", """{ "enum": [1] }""", "\"1\"")]
    [InlineData("""{ "const": { "a": 1, "b": 2 } }""", """{ "b": 2, "a": 1 }""", """{ "const": null }""", "false")]
    [InlineData("""{ "multipleOf": 0.01 }""", "19.99", """{ "multipleOf": 0.01 }""", "19.995")]
    [InlineData("""{ "minimum": 1 }""", "1", """{ "minimum": 1 }""", "0.99")]
    [InlineData("""{ "maximum": 1 }""", "1", """{ "maximum": 1 }""", "1.01")]
    [InlineData("""{ "exclusiveMinimum": 1 }""", "1.01", """{ "exclusiveMinimum": 1 }""", "1")]
    [InlineData("""{ "exclusiveMaximum": 1 }""", "0.99", """{ "exclusiveMaximum": 1 }""", "1")]
    [InlineData("""{ "minimum": 1, "exclusiveMinimum": false }""", "1", """{ "minimum": 1, "exclusiveMinimum": true }""", "1")]
    [InlineData("""{ "maximum": 1e300 }""", "1e299", """{ "maximum": 1e300 }""", "1e301")]
    [InlineData("""{ "minLength": 2, "maxLength": 2 }""", "\"é😀\"", """{ "maxLength": 1 }""", "\"ab\"")]
    [InlineData("""{ "pattern": "^a+$" }""", "\"aaa\"", """{ "pattern": "^a+$" }""", "\"b\"")]
    [InlineData("""{ "minItems": 1, "maxItems": 2 }""", "[1]", """{ "maxItems": 2 }""", "[1,2,3]")]
    [InlineData("""{ "uniqueItems": true }""", "[1, \"1\", [1], {\"a\":1}, {\"a\":2}]", """{ "uniqueItems": true }""", "[{\"a\":1,\"b\":2}, {\"b\":2,\"a\":1.0}]")]
    [InlineData("""{ "items": { "type": "string" } }""", "[\"a\"]", """{ "items": { "type": "string" } }""", "[\"a\", 1]")]
    [InlineData("""{ "prefixItems": [{ "type": "string" }], "items": false }""", "[\"a\"]", """{ "prefixItems": [{ "type": "string" }], "items": false }""", "[\"a\", 1]")]
    [InlineData("""{ "items": [{ "type": "string" }], "additionalItems": { "type": "number" } }""", "[\"a\", 1]", """{ "items": [{ "type": "string" }], "additionalItems": false }""", "[\"a\", 1]")]
    [InlineData("""{ "contains": { "const": 1 }, "minContains": 2, "maxContains": 2 }""", "[1, 2, 1]", """{ "contains": { "const": 1 } }""", "[2]")]
    [InlineData("""{ "properties": { "a": { "type": "string" } } }""", """{ "a": "x", "b": 1 }""", """{ "properties": { "a": { "type": "string" } } }""", """{ "a": 1 }""")]
    [InlineData("""{ "properties": { "a": {} }, "patternProperties": { "^x": { "type": "number" } }, "additionalProperties": false }""", """{ "a": 1, "x1": 2 }""", """{ "properties": { "a": {} }, "additionalProperties": false }""", """{ "b": 1 }""")]
    [InlineData("""{ "additionalProperties": { "type": "number" } }""", """{ "a": 1 }""", """{ "additionalProperties": { "type": "number" } }""", """{ "a": "1" }""")]
    [InlineData("""{ "propertyNames": { "maxLength": 2 } }""", """{ "ab": 1 }""", """{ "propertyNames": { "maxLength": 2 } }""", """{ "abc": 1 }""")]
    [InlineData("""{ "required": ["a"] }""", """{ "a": null }""", """{ "required": ["a"] }""", "{}")]
    [InlineData("""{ "minProperties": 1, "maxProperties": 1 }""", """{ "a": 1 }""", """{ "maxProperties": 1 }""", """{ "a": 1, "b": 2 }""")]
    [InlineData("""{ "dependentRequired": { "a": ["b"] } }""", """{ "b": 1 }""", """{ "dependentRequired": { "a": ["b"] } }""", """{ "a": 1 }""")]
    [InlineData("""{ "dependentSchemas": { "a": { "required": ["b"] } } }""", "{}", """{ "dependentSchemas": { "a": { "required": ["b"] } } }""", """{ "a": 1 }""")]
    [InlineData("""{ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } }""", """{ "a": 1, "b": 1 }""", """{ "dependencies": { "c": { "required": ["d"] } } }""", """{ "c": 1 }""")]
    [InlineData("""{ "allOf": [{ "minimum": 1 }, { "maximum": 2 }] }""", "1", """{ "allOf": [{ "minimum": 1 }, { "maximum": 2 }] }""", "3")]
    [InlineData("""{ "anyOf": [{ "type": "string" }, { "minimum": 2 }] }""", "2", """{ "anyOf": [{ "type": "string" }, { "minimum": 2 }] }""", "1")]
    [InlineData("""{ "oneOf": [{ "multipleOf": 3 }, { "multipleOf": 5 }] }""", "9", """{ "oneOf": [{ "multipleOf": 3 }, { "multipleOf": 5 }] }""", "15")]
    [InlineData("""{ "not": { "type": "string" } }""", "1", """{ "not": { "type": "string" } }""", "\"a\"")]
    [InlineData("""{ "if": { "type": "string" }, "then": { "minLength": 2 }, "else": { "minimum": 2 } }""", "\"ab\"", """{ "if": { "type": "string" }, "then": { "minLength": 2 }, "else": { "minimum": 2 } }""", "1")]
    [InlineData("""{ "$ref": "#/$defs/a~1b", "$defs": { "a/b": { "type": "string" } } }""", "\"x\"", """{ "$ref": "#/definitions/x", "definitions": { "x": { "type": "string" } } }""", "1")]
    [InlineData("""{ "properties": { "next": { "$ref": "#" } }, "additionalProperties": false }""", """{ "next": { "next": {} } }""", """{ "properties": { "next": { "$ref": "#" } }, "additionalProperties": false }""", """{ "next": { "nxt": {} } }""")]
    public void Enforces_each_keyword(string fittingSchema, string fitting, string failingSchema, string failing)
    {
        Assert.Empty(Check(fittingSchema, fitting));
        Assert.NotEmpty(Check(failingSchema, failing));
    }

    [Theory]
    [InlineData("""{ "$ref": "https://example.com/s.json" }""", ProblemCodes.SchemaReference, "/$ref")]
    [InlineData("""{ "$ref": "other.json" }""", ProblemCodes.SchemaReference, "/$ref")]
    [InlineData("""{ "properties": { "a": { "$ref": "file:///etc/passwd" } } }""", ProblemCodes.SchemaReference, "/properties/a/$ref")]
    [InlineData("""{ "$ref": "#/$defs/none" }""", ProblemCodes.SchemaReference, "/$ref")]
    [InlineData("""{ "$ref": "#anchor" }""", ProblemCodes.SchemaReference, "/$ref")]
    [InlineData("""{ "$dynamicRef": "#x" }""", ProblemCodes.SchemaKeywordNotSupported, "/$dynamicRef")]
    [InlineData("""{ "$defs": { "a": { "$id": "http://x" } } }""", ProblemCodes.SchemaKeywordNotSupported, "/$defs/a/$id")]
    [InlineData("""{ "unevaluatedItems": false }""", ProblemCodes.SchemaKeywordNotSupported, "/unevaluatedItems")]
    [InlineData("""{ "propertys": {} }""", ProblemCodes.SchemaKeywordNotSupported, "/propertys")]
    [InlineData("""{ "type": "text" }""", ProblemCodes.SchemaInvalid, "/type")]
    [InlineData("""{ "minLength": -1 }""", ProblemCodes.SchemaInvalid, "/minLength")]
    [InlineData("""{ "pattern": "(" }""", ProblemCodes.SchemaInvalid, "/pattern")]
    [InlineData("""{ "patternProperties": { "(": {} } }""", ProblemCodes.SchemaInvalid, "/patternProperties")]
    [InlineData("""{ "anyOf": [] }""", ProblemCodes.SchemaInvalid, "/anyOf")]
    [InlineData("""{ "properties": { "a": 1 } }""", ProblemCodes.SchemaInvalid, "/properties/a")]
    [InlineData("""{ "required": [1] }""", ProblemCodes.SchemaInvalid, "/required")]
    [InlineData("""{ "$schema": "https://example.com/mine" }""", ProblemCodes.SchemaInvalid, "/$schema")]
    [InlineData("1", ProblemCodes.SchemaInvalid, "")]
    public void Refuses_what_it_would_not_enforce(string schema, string code, string pointer)
    {
        Assert.False(JsonSchemaCheck.TryCompile(JsonElement.Parse(schema), out _, out var problems));
        Assert.Contains(problems, problem => problem.Code == code && problem.Pointer == pointer);
    }

    [Fact]
    public void Says_where_and_never_what()
    {
        const string Value = "very-private-text";
        var violations = Check(
            """{ "properties": { "list": { "items": { "type": "number" } }, "word": { "enum": ["a"] } }, "required": ["gone"] }""",
            $$"""{ "list": [1, "{{Value}}"], "word": "{{Value}}" }""");
        Assert.Equal(["", "/list/1", "/word"], violations.Select(violation => violation.Pointer).Order(StringComparer.Ordinal));
        Assert.All(violations, violation => Assert.DoesNotContain(Value, violation.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Annotations_restrict_nothing() =>
        Assert.Empty(Check("""{ "title": "t", "description": "d", "default": 1, "examples": [1], "format": "email", "x-ui": {}, "$comment": "c", "$id": "urn:x" }""", "\"no mail\""));

    [Theory]
    [InlineData("""{ "$ref": "#" }""", "1")]
    [InlineData("""{ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }] }""", "1")]
    [InlineData("""{ "not": { "$ref": "#" } }""", "1")]
    public void A_schema_that_refers_to_itself_without_end_does_not_pass(string schema, string value) =>
        Assert.NotEmpty(Check(schema, value));

    [Theory]
    [InlineData("""{ "pattern": "^(a+)+$" }""")]
    [InlineData("""{ "not": { "pattern": "^(a+)+$" } }""")]
    public void A_pattern_that_takes_too_long_does_not_pass(string schema) =>
        Assert.NotEmpty(Check(schema, $"\"{new string('a', 40)}!\""));

    [Fact]
    public void Broken_text_does_not_pass_a_rule_about_text()
    {
        Assert.NotEmpty(Check("""{ "minLength": 1 }""", "\"\\ud800\""));
        Assert.NotEmpty(Check("""{ "properties": { "\u0061": false } }""", """{ "a": 1 }"""));
    }

    [Fact]
    public void Reports_a_bounded_number_of_violations() =>
        Assert.Equal(JsonSchemaCheck.MaxViolations, Check("""{ "items": false }""", $"[{string.Join(',', Enumerable.Repeat("1", 500))}]").Count);

    private static IReadOnlyList<JsonSchemaViolation> Check(string schema, string value) =>
        JsonSchemaCheck.Compile(JsonElement.Parse(schema)).Check(JsonElement.Parse(value));
}
