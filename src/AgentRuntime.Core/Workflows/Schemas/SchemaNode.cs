using System.Text.Json;

namespace AgentRuntime.Workflows.Schemas;

/// <summary>A compiled schema or subschema: the rules that a value must keep. Filled while compiling, immutable afterwards.</summary>
internal sealed class SchemaNode
{
    private const int MaxDepth = 512;
    private readonly List<ISchemaRule> _rules = [];

    /// <summary>Adds a rule while compiling.</summary>
    public void Add(ISchemaRule rule) => _rules.Add(rule);

    /// <summary>Adds what does not fit.</summary>
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (depth > MaxDepth)
        {
            // Inside a "not" a violation would count as a fit, so the whole check ends.
            run.GiveUp();
            return;
        }

        foreach (var rule in _rules)
        {
            if (violations.Count > JsonSchemaCheck.MaxViolations || !run.Spend())
            {
                return;
            }

            rule.Check(run, value, pointer, violations, depth);
        }
    }

    /// <summary>Whether the value fits.</summary>
    public bool Fits(SchemaRun run, JsonElement value, int depth)
    {
        var violations = new List<JsonSchemaViolation>();
        Check(run, value, string.Empty, violations, depth + 1);
        return violations.Count == 0 && !run.Exhausted;
    }
}

/// <summary>One rule.</summary>
internal interface ISchemaRule
{
    /// <summary>Adds what does not fit.</summary>
    void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth);
}

/// <summary>A rule about the value itself.</summary>
internal sealed class ValueRule(Func<JsonElement, bool> fits, string message) : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (!fits(value))
        {
            violations.Add(new JsonSchemaViolation(pointer, message));
        }
    }
}
