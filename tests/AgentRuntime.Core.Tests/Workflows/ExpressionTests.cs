using System.Collections.Concurrent;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Expressions;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Core.Tests.Workflows;

public sealed class ExpressionTests
{
    private static readonly TemplateScope Scope = Scopes.Run(
        """{ "amount": 120, "name": "Ada", "rows": [ { "id": 1, "ok": true, "steps": { "x": 7 } }, { "id": 2, "ok": false } ], "zero": 0, "when": "2026-01-02T03:04:05Z", "price": 1.50, "one": 1.0, "big": 123456789012345678901234567890 }""",
        ("find", """{ "emails": ["a@x", "b@x"], "empty": [] }"""),
        ("my-step", """{ "n": 3 }"""));

    [Theory]
    [InlineData("input.amount", "120")]
    [InlineData("input.amount > `100`", "true")]
    [InlineData("steps.find.result.emails[1]", "\"b@x\"")]
    [InlineData("steps.\"my-step\".result.n", "3")]
    [InlineData("input.rows[?ok].id", "[1]")]
    [InlineData("input.rows[*].{id: id, ok: ok} | [0]", "{\"id\":1,\"ok\":true}")]
    [InlineData("{a: input.name, b: length(steps.find.result.emails)}", "{\"a\":\"Ada\",\"b\":2}")]
    [InlineData("input.when", "\"2026-01-02T03:04:05Z\"")]
    [InlineData("input.one == `1`", "true")]
    [InlineData("input.price", "1.5")]
    [InlineData("input.big", "123456789012345678901234567890")]
    [InlineData("steps.find.result.missing", "null")]
    [InlineData("sort_by(input.rows, &id)[-1].id", "2")]
    [InlineData("input.rows[?steps.x == `7`].id", "[1]")]
    [InlineData("input.rows | [0].steps.x", "7")]
    [InlineData("keys(steps)", "[\"find\",\"my-step\"]")]
    [InlineData("length(keys(@))", "3")]
    [InlineData("run.workflow", "\"demo\"")]
    [InlineData("`2` * (input.amount)", "240")]
    [InlineData("input.amount * `2` + input.one", "241")]
    [InlineData("@.input.name", "\"Ada\"")]
    [InlineData("not_null(steps.find.result.nope, 'none')", "\"none\"")]
    public void Gives_the_value(string text, string expected)
    {
        Assert.True(JmesExpression.TryParse(text, "/e", out var expression, out var problems), string.Join(" ", problems));
        var result = expression.Evaluate(Scope);
        Assert.Null(result.Error);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), result.Value), result.Value.GetRawText());
    }

    [Theory]
    [InlineData("steps.my-step.result", ProblemCodes.UnknownRoot)]
    [InlineData("imput.x", ProblemCodes.UnknownRoot)]
    [InlineData("env.HOME", ProblemCodes.UnknownRoot)]
    [InlineData("{a: foo}", ProblemCodes.UnknownRoot)]
    [InlineData("length(foo)", ProblemCodes.UnknownRoot)]
    [InlineData("input.a |", ProblemCodes.ExpressionSyntax)]
    [InlineData("input[", ProblemCodes.ExpressionSyntax)]
    [InlineData("'open", ProblemCodes.ExpressionSyntax)]
    [InlineData("", ProblemCodes.ExpressionSyntax)]
    [InlineData("steps.a.output", ProblemCodes.ExpressionSyntax)]
    [InlineData("run.secret", ProblemCodes.ExpressionSyntax)]
    [InlineData("$.input", ProblemCodes.ExpressionSyntax)]
    [InlineData("let $x = input in $x", ProblemCodes.ExpressionSyntax)]
    [InlineData("`2` * input.amount", ProblemCodes.ExpressionSyntax)]
    [InlineData("input.t > `\"2026-01-01T00:00:00Z\"`", ProblemCodes.ExpressionSyntax)]
    [InlineData("pad_left(input.a, `999999999`)", ProblemCodes.UnknownFunction)]
    [InlineData("lenght(input.a)", ProblemCodes.UnknownFunction)]
    [InlineData("length(input.a, input.b)", ProblemCodes.ExpressionSyntax)]
    [InlineData("steps.\"a b\".result", ProblemCodes.UnknownStep)]
    public void Refuses_what_it_cannot_mean(string text, string code)
    {
        Assert.False(JmesExpression.TryParse(text, "/e", out _, out var problems));
        Assert.Contains(problems, problem => problem.Code == code);
    }

    [Fact]
    public void Refuses_expressions_that_multiply_their_input_without_bound()
    {
        var doubling = string.Join(" | ", Enumerable.Repeat("[@,@]", 200).Prepend("input"));
        Assert.False(JmesExpression.TryParse(doubling, "/e", out _, out var problems));
        Assert.Equal(ProblemCodes.ExpressionTooComplex, Assert.Single(problems).Code);

        var escaping = string.Concat(Enumerable.Repeat("to_string(", 25)) + "input" + new string(')', 25);
        Assert.False(JmesExpression.TryParse(escaping, "/e", out _, out problems));
        Assert.Equal(ProblemCodes.ExpressionTooComplex, Assert.Single(problems).Code);
    }

    [Fact]
    public void Refuses_long_and_deep_expressions()
    {
        Assert.False(JmesExpression.TryParse(new string('!', JmesExpression.MaxLength) + "input", "/e", out _, out var problems));
        Assert.Equal(ProblemCodes.ExpressionTooComplex, Assert.Single(problems).Code);
        Assert.False(JmesExpression.TryParse(new string('(', 100) + "input" + new string(')', 100), "/e", out _, out problems));
        Assert.Equal(ProblemCodes.ExpressionTooComplex, Assert.Single(problems).Code);
    }

    [Theory]
    [InlineData("!")]
    [InlineData("input.")]
    [InlineData("input || ")]
    [InlineData("input | ")]
    public void Survives_the_longest_chains(string link)
    {
        var text = string.Concat(Enumerable.Repeat(link, (JmesExpression.MaxLength - 5) / link.Length)) + "input";
        Assert.True(JmesExpression.TryParse(text, "/e", out var expression, out var problems), string.Join(" ", problems));
        Assert.NotEqual(default, expression.Evaluate(Scope));
    }

    [Fact]
    public void Errors_quote_no_value()
    {
        const string Value = "very-private-text";
        var scope = Scopes.Run($$"""{ "s": "{{Value}}" }""");
        foreach (var text in new[] { "abs(input.s)", "sum([input.s])", "max([input.s, `1`])", "from_items([input.s])", "join(input.s, input.s)" })
        {
            var result = JmesExpression.Parse(text, "/e").Evaluate(scope);
            Assert.False(result.IsResolved, text);
            Assert.DoesNotContain(Value, result.Error!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sees_ancestors_only()
    {
        var steps = new StepDefinition[] { Scopes.Step("a"), Scopes.Step("b"), Scopes.Step("c", "a") };
        var graph = WorkflowGraph.Compile(steps);
        var data = new ConcurrentDictionary<StepId, StepData>();
        data[new StepId("a")] = new StepData(JsonElement.Parse("1"), null);
        data[new StepId("b")] = new StepData(JsonElement.Parse("2"), null);
        var scope = TemplateScope.ForRun(JsonElement.Parse("{}"), JsonElement.Parse("{}"), data).For(graph.Find(new StepId("c"))!.Ancestors);
        Assert.Equal("""{"a":{"result":1}}""", JmesExpression.Parse("steps", "/e").Evaluate(scope).Value.GetRawText());
        Assert.Equal("""[{"result":1}]""", JmesExpression.Parse("values(@.steps)", "/e").Evaluate(scope).Value.GetRawText());
        Assert.Equal(JsonValueKind.Null, JmesExpression.Parse("steps.b.result", "/e").Evaluate(scope).Value.ValueKind);
        Assert.False(CompiledValue.Compile(JsonElement.Parse("\"{{steps.b.result}}\""), "/t").Resolve(scope).IsResolved);
    }

    [Theory]
    [InlineData("steps.a.result.x && steps.\"b-c\".input", "a,b-c")]
    [InlineData("map(&steps.x, input.list)", "")]
    [InlineData("input.rows[?steps.x]", "")]
    [InlineData("input | steps.x", "")]
    [InlineData("{k: steps.a.result, steps: input.b}", "a")]
    [InlineData("length(steps.a.result) > length(steps.b.result)", "a,b")]
    [InlineData("[steps.a.result, steps.b.result][]", "a,b")]
    [InlineData("(input | foo) || steps.z.result", "z")]
    public void Finds_the_steps_that_an_expression_names(string text, string expected)
    {
        Assert.True(JmesExpression.TryParse(text, "/e", out var expression, out var problems), string.Join(" ", problems));
        Assert.Equal(expected, string.Join(',', expression.References.Where(reference => reference.Step is not null).Select(reference => reference.Step.ToString()).Distinct()));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("input.zero", true)]
    [InlineData("input.name", true)]
    [InlineData("steps.find.result.empty", false)]
    [InlineData("input.amount > `200`", false)]
    [InlineData("{{input.amount}}", true)]
    [InlineData(" {{input.rows[1].ok}} ", false)]
    [InlineData("{{input.nope | false}}", false)]
    public void Conditions_follow_the_truth_of_jmespath(string text, bool expected)
    {
        Assert.True(StepCondition.TryCompile(text, "/c", out var condition, out var problems), string.Join(" ", problems));
        Assert.Equal(new ConditionResult(expected, null), condition.Evaluate(Scope));
    }

    [Fact]
    public void A_condition_without_a_value_is_an_error_and_not_false()
    {
        var result = StepCondition.Compile("{{input.nope}}", "/c").Evaluate(Scope);
        Assert.NotNull(result.Error);
    }

    [Theory]
    [InlineData("{{input.a}} {{input.b}}", ProblemCodes.ConditionSyntax)]
    [InlineData("x {{input.a}}", ProblemCodes.ConditionSyntax)]
    [InlineData("{{input.a", ProblemCodes.TemplateSyntax)]
    [InlineData("{{input.a | omit}}", ProblemCodes.MisplacedOmit)]
    [InlineData("yes", ProblemCodes.UnknownRoot)]
    public void Conditions_are_whole_templates_or_expressions(string text, string code)
    {
        Assert.False(StepCondition.TryCompile(text, "/c", out _, out var problems));
        Assert.Equal(code, problems[0].Code);
    }

    [Fact]
    public void One_expression_is_evaluated_by_many_at_once()
    {
        var expression = JmesExpression.Parse("input.n + `1`", "/e");
        Parallel.For(0, 200, i =>
        {
            var result = expression.Evaluate(Scopes.Run($$"""{ "n": {{i}} }"""));
            Assert.Equal(i + 1, result.Value.GetInt32());
        });
    }

    [Fact]
    public void A_context_that_is_too_large_is_refused()
    {
        var scope = Scopes.Run($$"""{ "list": [{{string.Join(',', Enumerable.Repeat("0", 1_000_001))}}] }""");
        Assert.Contains("too many values", JmesExpression.Parse("input.list[0]", "/e").Evaluate(scope).Error!.Message, StringComparison.Ordinal);
    }
}
