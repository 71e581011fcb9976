using System.Collections.Frozen;

namespace AgentRuntime.Workflows.Expressions;

/// <summary>The functions of expressions: pure, and none whose result can be far larger than its arguments (so no padding and no replacing).</summary>
internal static class ExpressionFunctions
{
    public static IReadOnlySet<string> Names { get; } = new[]
    {
        "abs", "avg", "ceil", "contains", "ends_with", "find_first", "find_last", "floor", "from_items", "group_by", "items", "join", "keys", "length",
        "lower", "map", "max", "max_by", "merge", "min", "min_by", "not_null", "reverse", "sort", "sort_by", "split", "starts_with", "sum", "to_array",
        "to_number", "to_string", "trim", "trim_left", "trim_right", "type", "upper", "values", "zip",
    }.ToFrozenSet(StringComparer.Ordinal);
}
