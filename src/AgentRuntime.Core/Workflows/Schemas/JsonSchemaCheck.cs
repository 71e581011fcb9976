using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AgentRuntime.Workflows.Schemas;

/// <summary>A JSON Schema (draft 2020-12; the older forms of draft 4 to 7 that mean the same are read too). Immutable; thread-safe; compile once.</summary>
/// <remarks>
/// Every keyword that is accepted is enforced; any other is refused, so no rule is silently ignored. References stay inside the schema: nothing is
/// ever fetched. <c>format</c> and other annotations do not restrict (JSON Schema Validation, section 7). Patterns run with a time limit.
/// </remarks>
public sealed class JsonSchemaCheck
{
    /// <summary>At most so many violations are reported for one value.</summary>
    public const int MaxViolations = 20;

    private readonly SchemaNode _root;

    private JsonSchemaCheck(SchemaNode root) => _root = root;

    /// <summary>Compiles a schema of a checked definition.</summary>
    /// <exception cref="ArgumentException">The schema has a problem.</exception>
    public static JsonSchemaCheck Compile(JsonElement schema) =>
        TryCompile(schema, out var check, out var problems)
            ? check
            : throw new ArgumentException($"The schema has a problem at '{problems[0].Pointer}': {problems[0].Message}", nameof(schema));

    /// <summary>Compiles a schema, or gives everything that is wrong with it.</summary>
    public static bool TryCompile(JsonElement schema, [NotNullWhen(true)] out JsonSchemaCheck? check, out IReadOnlyList<JsonSchemaProblem> problems)
    {
        var compiler = new SchemaCompiler(schema);
        var root = compiler.Compile();
        problems = compiler.Problems;
        check = compiler.Problems.Count == 0 ? new JsonSchemaCheck(root) : null;
        return check is not null;
    }

    /// <summary>Where the value does not fit; empty when it does.</summary>
    public IReadOnlyList<JsonSchemaViolation> Check(JsonElement value)
    {
        var violations = new List<JsonSchemaViolation>();
        var run = new SchemaRun();
        try
        {
            _root.Check(run, value, string.Empty, violations, 0);
        }
        catch (Exception error) when (error is FormatException or OverflowException or (InvalidOperationException and not ObjectDisposedException))
        {
            // Half a surrogate pair in a string, or a number beyond every number type.
            violations.Add(new JsonSchemaViolation(string.Empty, "holds a string that is no Unicode text, or a number that is no finite number."));
        }

        if (run.Exhausted)
        {
            // Found violations may be the fault of what was not checked any more, so they are not listed.
            return [new JsonSchemaViolation(string.Empty, "checking the value takes more work than is allowed: a pattern is too slow, or the schema refers to itself without end.")];
        }

        return violations.Count > MaxViolations ? violations[..MaxViolations] : violations;
    }
}

/// <summary>The work of one check. Schemas with references can branch without end; the work is bounded, and what is not checked does not pass.</summary>
internal sealed class SchemaRun
{
    private const int MaxWork = 5_000_000;
    private int _work;

    public bool Exhausted { get; private set; }

    /// <summary>Ends the check; it does not pass.</summary>
    public void GiveUp() => Exhausted = true;

    /// <summary>Counts one step of work; false when there was too much.</summary>
    public bool Spend()
    {
        Exhausted |= ++_work > MaxWork;
        return !Exhausted;
    }
}
