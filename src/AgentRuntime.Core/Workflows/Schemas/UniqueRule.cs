using System.Text.Json;

namespace AgentRuntime.Workflows.Schemas;

/// <summary><c>uniqueItems</c>. Items are compared only with those that look alike.</summary>
internal sealed class UniqueRule : ISchemaRule
{
    public void Check(SchemaRun run, JsonElement value, string pointer, List<JsonSchemaViolation> violations, int depth)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var seen = new Dictionary<(JsonValueKind Kind, string Look), List<JsonElement>>();
        foreach (var item in value.EnumerateArray())
        {
            var look = (item.ValueKind, LookOf(item));
            if (!seen.TryGetValue(look, out var alike))
            {
                seen[look] = alike = [];
            }

            if (alike.Exists(other => run.Spend() && SchemaText.Same(item, other)))
            {
                violations.Add(new JsonSchemaViolation(pointer, "has the same item twice (uniqueItems)."));
                return;
            }

            alike.Add(item);
        }
    }

    private static string LookOf(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => item.GetString()!,
        JsonValueKind.Number => item.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.Array => item.GetArrayLength().ToString(System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.Object => string.Join('\n', item.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)),
        _ => string.Empty,
    };
}
