using System.Text.Json;
using System.Text.RegularExpressions;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Schemas;

/// <summary><c>$ref</c> and <c>allOf</c>: the value must fit these too.</summary>
internal sealed class AllRule(SchemaNode[] schemas) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        foreach (var schema in schemas)
        {
            schema.Check(run, value, pointer, violations, depth + 1);
        }
    }
}

/// <summary><c>anyOf</c> (at least one) and <c>oneOf</c> (exactly one).</summary>
internal sealed class SomeRule(SchemaNode[] schemas, bool exactlyOne) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        var fitting = schemas.Count(schema => schema.Fits(run, value, depth));
        if (fitting == 0)
        {
            violations.Add(new JsonSchemaViolation(pointer, exactlyOne ? "must fit exactly one of the schemas of oneOf; it fits none." : "must fit one of the schemas of anyOf."));
        }
        else if (exactlyOne && fitting > 1)
        {
            violations.Add(new JsonSchemaViolation(pointer, "must fit exactly one of the schemas of oneOf; it fits several."));
        }
    }
}

/// <summary><c>not</c>.</summary>
internal sealed class NotRule(SchemaNode schema) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (schema.Fits(run, value, depth))
        {
            violations.Add(new JsonSchemaViolation(pointer, "fits the schema of not, and must not."));
        }
    }
}

/// <summary><c>if</c>, <c>then</c>, <c>else</c>.</summary>
internal sealed class IfRule(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth) =>
        (condition.Fits(run, value, depth) ? then : otherwise)?.Check(run, value, pointer, violations, depth + 1);
}

/// <summary><c>properties</c>, <c>patternProperties</c>, <c>additionalProperties</c>, <c>propertyNames</c>.</summary>
internal sealed class MembersRule(
    IReadOnlyDictionary<string, SchemaNode> named,
    IReadOnlyList<(Regex Pattern, SchemaNode Schema)> patterns,
    SchemaNode? additional,
    bool closed,
    SchemaNode? names) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            var place = JsonPointer.Append(pointer, member.Name);
            var known = false;
            if (named.TryGetValue(member.Name, out var schema))
            {
                known = true;
                schema.Check(run, member.Value, place, violations, depth + 1);
            }

            foreach (var (pattern, rule) in patterns)
            {
                if (SchemaText.Matches(run, pattern, member.Name))
                {
                    known = true;
                    rule.Check(run, member.Value, place, violations, depth + 1);
                }
            }

            if (!known && closed)
            {
                violations.Add(new JsonSchemaViolation(place, "is not allowed here (additionalProperties)."));
            }
            else if (!known)
            {
                additional?.Check(run, member.Value, place, violations, depth + 1);
            }

            if (names is not null && !names.Fits(run, SchemaText.ToElement(member.Name), depth))
            {
                violations.Add(new JsonSchemaViolation(place, "has a name that does not fit propertyNames."));
            }
        }
    }
}

/// <summary><c>prefixItems</c> and <c>items</c> (and the array form of <c>items</c> with <c>additionalItems</c>).</summary>
internal sealed class ItemsRule(SchemaNode[] prefix, SchemaNode? rest) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (violations.Count > JsonSchemaCheck.MaxViolations || run.Exhausted)
            {
                return;
            }

            (index < prefix.Length ? prefix[index] : rest)?.Check(run, item, JsonPointer.Append(pointer, index), violations, depth + 1);
            index++;
        }
    }
}

/// <summary><c>contains</c>, <c>minContains</c>, <c>maxContains</c>.</summary>
internal sealed class ContainsRule(SchemaNode schema, int min, int max) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var count = value.EnumerateArray().Count(item => schema.Fits(run, item, depth));
        if (count < min || count > max)
        {
            violations.Add(new JsonSchemaViolation(pointer, $"has {count} items that fit contains; allowed are {min} to {(max == int.MaxValue ? "any number" : max)}."));
        }
    }
}

/// <summary><c>required</c>, <c>dependentRequired</c>.</summary>
internal sealed class RequiredRule(string? when, string[] names) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind != JsonValueKind.Object || (when is not null && !value.TryGetProperty(when, out _)))
        {
            return;
        }

        foreach (var name in names.Where(name => !value.TryGetProperty(name, out _)))
        {
            violations.Add(new JsonSchemaViolation(pointer, $"lacks the member {PrintableName.Quote(name)}."));
        }
    }
}

/// <summary><c>dependentSchemas</c>.</summary>
internal sealed class DependentRule(string when, SchemaNode schema) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(when, out _))
        {
            schema.Check(run, value, pointer, violations, depth + 1);
        }
    }
}

/// <summary><c>pattern</c>.</summary>
internal sealed class PatternRule(Regex pattern) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind == JsonValueKind.String && !SchemaText.Matches(run, pattern, value.GetString()!))
        {
            violations.Add(new JsonSchemaViolation(pointer, "does not match the pattern."));
        }
    }
}
