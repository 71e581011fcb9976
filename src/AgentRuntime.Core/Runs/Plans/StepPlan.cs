using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Expressions;
using AgentRuntime.Workflows.Schemas;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Runs.Plans;

/// <summary>A step made ready to run: its templates, condition and schemas compiled once. Immutable; shared by all iterations of a loop.</summary>
internal abstract class StepPlan(GraphNode node)
{
    private readonly StepCondition? _condition = node.Step.Condition is { } condition ? StepCondition.Compile(condition, $"{node.Step.Pointer}/condition") : null;
    private readonly JsonSchemaCheck? _inputSchema = node.Step.InputSchema is { } schema ? JsonSchemaCheck.Compile(schema) : null;
    private readonly JsonSchemaCheck? _outputSchema = node.Step.OutputSchema is { } schema ? JsonSchemaCheck.Compile(schema) : null;

    public GraphNode Node { get; } = node;

    public StepDefinition Definition => Node.Step;

    /// <summary>The word of the definition's <c>type</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>Whether an attempt counts against the run's limit of parallel steps.</summary>
    public virtual bool TakesSlot => false;

    /// <summary>Whether an attempt can change the outside world.</summary>
    public virtual bool HasEffect => false;

    /// <summary>Whether repeating an attempt is harmless.</summary>
    public virtual bool IsIdempotent(RunContext run) => true;

    /// <summary>The longest time of an attempt when the step says nothing.</summary>
    public virtual TimeSpan DefaultTimeout(RunEngineOptions options) => Timeout.InfiniteTimeSpan;

    /// <summary>Says that the step will probably begin soon, so that what takes time and has no effect can be made ready.</summary>
    public virtual void Foresee(RunContext run, StepPath path)
    {
    }

    /// <summary>Begins an attempt.</summary>
    public abstract ValueTask<IStepAttempt> BeginAsync(StepFrame frame, RunContext run, StepPath path, int attempt, ScrubbedJson input, CancellationToken cancellationToken);

    /// <summary>The value that the step's templates resolve to.</summary>
    protected abstract TemplateResult Resolve(TemplateScope scope);

    /// <summary>Whether the step shall run.</summary>
    public Resolution<bool> EvaluateCondition(StepFrame frame, RunContext run)
    {
        if (_condition is null)
        {
            return Resolution<bool>.Of(true);
        }

        var result = _condition.Evaluate(frame.ScopeOf(Node));
        return result.Error is { } error
            ? Resolution<bool>.Failed(run.Error(RunErrorCodes.ExpressionFailed, $"The condition cannot be decided: {error.Message}", error.Pointer))
            : Resolution<bool>.Of(result.IsTrue);
    }

    /// <summary>The input of the next attempt: templates resolved, scrubbed, fitting its schema.</summary>
    public Resolution<ScrubbedJson> ResolveInput(StepFrame frame, RunContext run)
    {
        var resolved = Resolve(frame.ScopeOf(Node));
        if (resolved.Error is { } unresolved)
        {
            return Resolution<ScrubbedJson>.Failed(run.Error(RunErrorCodes.UnresolvedTemplate, unresolved.Message, unresolved.Pointer));
        }

        // Parts that are clean can make a whole that is not.
        var input = run.Scrubber.Scrub(resolved.Value);
        return Violation(_inputSchema, input, "The step's input") is { } violation
            ? Resolution<ScrubbedJson>.Failed(run.Error(RunErrorCodes.InputInvalid, violation, $"{Definition.Pointer}/input_schema"))
            : Resolution<ScrubbedJson>.Of(input);
    }

    /// <summary>How the result breaks the step's output schema, or <c>null</c>.</summary>
    public string? OutputViolation(ScrubbedJson result) => Violation(_outputSchema, result, "The step's result");

    internal static string? Violation(JsonSchemaCheck? schema, ScrubbedJson value, string what)
    {
        var violations = schema?.Check(value.Element);
        return violations is null or { Count: 0 }
            ? null
            : $"{what} does not fit its schema: {string.Join("; ", violations.Take(5).Select(violation => $"{(violation.Pointer.Length == 0 ? "the value" : violation.Pointer)}: {violation.Message}"))}{(violations.Count > 5 ? "; and more" : string.Empty)}";
    }
}
