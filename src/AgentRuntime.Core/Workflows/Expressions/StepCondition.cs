using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Expressions;

/// <summary>A step's <c>condition</c>: <c>true</c> or <c>false</c>, one whole template, or a JMESPath expression. Thread-safe.</summary>
public sealed class StepCondition
{
    private readonly bool _constant;
    private readonly CompiledValue? _template;
    private readonly JmesExpression? _expression;

    private StepCondition(bool constant, CompiledValue? template, JmesExpression? expression)
    {
        _constant = constant;
        _template = template;
        _expression = expression;
    }

    /// <summary>What it refers to.</summary>
    public IReadOnlyList<TemplateReference> References => _template?.References ?? _expression?.References ?? [];

    /// <summary>Compiles a condition of a checked definition.</summary>
    /// <exception cref="ArgumentException">The condition has a problem.</exception>
    public static StepCondition Compile(string text, string pointer) =>
        TryCompile(text, pointer, out var condition, out var problems)
            ? condition
            : throw new ArgumentException($"The condition at {pointer} has a problem: {problems[0].Message}", nameof(text));

    /// <summary>Compiles a condition, or gives everything that is wrong with it.</summary>
    public static bool TryCompile(string text, string pointer, [NotNullWhen(true)] out StepCondition? condition, out IReadOnlyList<TemplateProblem> problems)
    {
        condition = null;
        problems = [];
        var trimmed = text.Trim();
        if (trimmed is "true" or "false")
        {
            condition = new StepCondition(trimmed == "true", null, null);
            return true;
        }

        if (!trimmed.Contains(TemplateParser.Open, StringComparison.Ordinal))
        {
            if (JmesExpression.TryParse(text, pointer, out var expression, out problems))
            {
                condition = new StepCondition(false, null, expression);
            }

            return condition is not null;
        }

        if (!CompiledValue.TryCompile(JsonSerializer.SerializeToElement(trimmed, TemplateJson.Default.String), pointer, out var template, out problems))
        {
            return false;
        }

        if (!template.IsWhole)
        {
            problems = [new TemplateProblem(pointer, 0, ProblemCodes.ConditionSyntax, "A condition is one template and nothing else, or a JMESPath expression without templates.", "Write {{input.flag}}, or an expression such as input.amount > `100`.")];
            return false;
        }

        condition = new StepCondition(false, template, null);
        return true;
    }

    /// <summary>Whether the step runs, or why that cannot be said.</summary>
    public ConditionResult Evaluate(TemplateScope scope)
    {
        if (_template is null && _expression is null)
        {
            return new ConditionResult(_constant, null);
        }

        var result = _template?.Resolve(scope) ?? _expression!.Evaluate(scope);
        return result.IsResolved ? new ConditionResult(JmesExpression.IsTrue(result.Value), null) : new ConditionResult(false, result.Error);
    }
}

/// <summary>What a condition gave.</summary>
/// <param name="IsTrue">Whether the step runs; false when there is an error.</param>
/// <param name="Error">Why it could not be evaluated, or <c>null</c>.</param>
public readonly record struct ConditionResult(bool IsTrue, UnresolvedTemplate? Error);
