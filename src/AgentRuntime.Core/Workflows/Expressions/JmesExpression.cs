using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Workflows.Templates;
using DevLab.JmesPath;
using DevLab.JmesPath.Expressions;
using Newtonsoft.Json.Linq;

namespace AgentRuntime.Workflows.Expressions;

/// <summary>A JMESPath expression over <c>{input, steps, run, item, index, body}</c>, read once. Thread-safe.</summary>
/// <remarks>
/// Evaluation is not cancellable, so everything that makes it long is bounded: the length of the expression, its nesting, how often it can multiply
/// its input, and the size of the context, which holds only what the expression names. A step that is not visible, or gave nothing, is null.
/// Numbers are whole numbers or IEEE 754 doubles.
/// </remarks>
public sealed class JmesExpression
{
    /// <summary>The greatest length of an expression, in characters.</summary>
    public const int MaxLength = 4096;

    private const int MaxNodes = 1_000_000;
    private const long MaxWork = 50_000_000;
    private const int MaxResultDepth = CompiledValue.MaxDepth;

    private readonly Lock _gate = new();
    private readonly JmesPathExpression _expression;
    private readonly string _pointer;
    private readonly bool _usesWhole;
    private readonly long _growth;

    private JmesExpression(string text, string pointer, JmesPathExpression expression, ExpressionScan scan)
    {
        Text = text;
        _pointer = pointer;
        _expression = expression;
        _usesWhole = scan.UsesWhole;
        _growth = scan.Growth;
        References = scan.References;
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The roots and steps it names; <see cref="TemplateReference.Step"/> is <c>null</c> for all visible steps.</summary>
    public IReadOnlyList<TemplateReference> References { get; }

    /// <summary>Reads an expression of a checked definition.</summary>
    /// <exception cref="ArgumentException">The expression has a problem.</exception>
    public static JmesExpression Parse(string text, string pointer) =>
        TryParse(text, pointer, out var expression, out var problems)
            ? expression
            : throw new ArgumentException($"The expression at {pointer} has a problem: {problems[0].Message}", nameof(text));

    /// <summary>Reads an expression, or gives everything that is wrong with it.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="pointer">Its JSON pointer in the definition, for errors.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="problems">What is wrong.</param>
    public static bool TryParse(string text, string pointer, [NotNullWhen(true)] out JmesExpression? expression, out IReadOnlyList<TemplateProblem> problems) =>
        TryParse(text, pointer, out expression, out problems, out _);

    internal static bool TryParse(
        string text,
        string pointer,
        [NotNullWhen(true)] out JmesExpression? expression,
        out IReadOnlyList<TemplateProblem> problems,
        out IReadOnlyList<TemplateReference> references)
    {
        expression = null;
        references = [];
        if (text.Length > MaxLength)
        {
            problems = [new TemplateProblem(pointer, MaxLength, ProblemCodes.ExpressionTooComplex, $"The expression is longer than {MaxLength} characters.", "Split it into several transform steps.")];
            return false;
        }

        var scan = ExpressionScan.Read(text, pointer);
        references = scan.References;
        problems = scan.Problems;
        if (scan.Problems.Exists(problem => problem.Code == ProblemCodes.ExpressionTooComplex))
        {
            return false;
        }

        try
        {
            var parsed = new JmesPath().Parse(text);
            expression = scan.Problems.Count == 0 ? new JmesExpression(text, pointer, parsed, scan) : null;
        }
        catch (Exception error)
        {
            // The library throws plain exceptions whose messages quote the text. An unknown function is known already, with a better message.
            if (!scan.Problems.Exists(problem => problem.Code == ProblemCodes.UnknownFunction))
            {
                problems = [.. scan.Problems, Explain(error, pointer)];
            }
        }

        return expression is not null;
    }

    /// <summary>The value over what the scope shows, or why there is none.</summary>
    public TemplateResult Evaluate(TemplateScope scope)
    {
        try
        {
            var json = new ExpressionJson(MaxNodes);
            return Evaluate(ExpressionContext.Build(scope, json, References, _usesWhole), json.Nodes);
        }
        catch (ExpressionLimitException)
        {
            return Fail("The results it uses hold too many values. Pass on only what is needed.");
        }
        catch (InvalidOperationException error) when (error is not ObjectDisposedException)
        {
            return Fail("A result it uses holds a string that is no Unicode text.");
        }
    }

    /// <summary>Whether a value counts as true: all but false, null, and the empty string, array and object.</summary>
    public static bool IsTrue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined => false,
        JsonValueKind.String => !value.ValueEquals(ReadOnlySpan<byte>.Empty),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.GetPropertyCount() > 0,
        _ => true,
    };

    private TemplateResult Evaluate(JToken context, int nodes)
    {
        if (_growth > 1 && _growth * nodes > MaxWork)
        {
            return Fail("The results it uses are too large for an expression that multiplies them.");
        }

        try
        {
            JToken? token;
            lock (_gate)
            {
                // The library does not say whether a parsed expression may be shared.
                token = _expression.Transform(context).AsJToken();
            }

            using var buffer = new PooledBuffer();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxResultDepth }))
            {
                ExpressionJson.Write(writer, token);
            }

            return TemplateResult.Of(JsonElement.Parse(buffer.Span, new JsonDocumentOptions { MaxDepth = MaxResultDepth }));
        }
        catch (Exception error)
        {
            // Messages of the library may quote values; only the kind of mistake is passed on.
            return Fail(KindOf(error) switch
            {
                "invalid-type" => "A function got a value of a type it does not take (invalid-type). Check with type(), or give a default with ||.",
                "invalid-value" => "A function or slice got a value it does not take (invalid-value).",
                "not-a-number" => "The arithmetic has no result (not-a-number).",
                _ => "The evaluation has no result. Check the types of what it uses.",
            });
        }
    }

    private TemplateResult Fail(string why) =>
        TemplateResult.Unresolved(new UnresolvedTemplate(_pointer, Text, why));

    /// <summary>From <c>Error(1, 5): syntax, near ...</c> to a problem that quotes nothing.</summary>
    private static TemplateProblem Explain(Exception error, string pointer)
    {
        var column = 0;
        var open = error.Message.IndexOf(", ", StringComparison.Ordinal);
        var close = error.Message.IndexOf("):", StringComparison.Ordinal);
        if (error.Message.StartsWith("Error(", StringComparison.Ordinal) && open > 0 && close > open)
        {
            _ = int.TryParse(error.Message.AsSpan(open + 2, close - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out column);
        }

        return KindOf(error) == "invalid-arity"
            ? new TemplateProblem(pointer, column, ProblemCodes.ExpressionSyntax, "A function has too few or too many arguments.", "See the JMESPath functions in docs/workflow-format.md.")
            : new TemplateProblem(
                pointer,
                column,
                ProblemCodes.ExpressionSyntax,
                $"The expression is not JMESPath near character {column + 1}.",
                "Write names with hyphens in double quotes, texts in 'single quotes', and numbers and booleans in `backticks`.");
    }

    private static string KindOf(Exception error)
    {
        var colon = error.Message.IndexOf(": ", StringComparison.Ordinal);
        var comma = error.Message.IndexOf(',', Math.Max(colon, 0));
        return colon >= 0 && comma > colon ? error.Message[(colon + 2)..comma] : string.Empty;
    }
}
