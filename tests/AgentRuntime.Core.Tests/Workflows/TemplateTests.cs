using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Templates;
using CsCheck;

namespace AgentRuntime.Core.Tests.Workflows;

public sealed class TemplateTests
{
    private static readonly TemplateScope Scope = Scopes.Run(
        """{ "s": "text", "n": 1.50, "t": true, "nothing": null, "o": { "a": [1, { "b c": "deep" }], "0": "zero" }, "q": "say \"hi\"\n" }""",
        ("find-it", """{ "emails": ["a", "b"], "empty": null }"""));

    private static readonly Gen<string> JsonText = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.Int.Select(i => i.ToString())
        : Gen.OneOf(
            Gen.Int.Select(i => i.ToString()),
            Gen.Bool.Select(b => b ? "true" : "false"),
            Gen.Double[-1e6, 1e6].Select(d => JsonSerializer.Serialize(d)),
            Gen.String[Gen.Char.AlphaNumeric, 0, 20].Select(s => JsonSerializer.Serialize(s)),
            inner.Array[0, 4].Select(items => "[" + string.Join(',', items) + "]"),
            inner.Array[0, 4].Select(items => "{" + string.Join(',', items.Select((item, i) => $"\"k{i}\":{item}")) + "}")));

    [Theory]
    [InlineData("{{input.s}}", "\"text\"")]
    [InlineData("{{ input.s }}", "\"text\"")]
    [InlineData("{{input.n}}", "1.50")]
    [InlineData("{{input.t}}", "true")]
    [InlineData("{{input.nothing}}", "null")]
    [InlineData("{{input.o.a[0]}}", "1")]
    [InlineData("{{input.o.a.0}}", "1")]
    [InlineData("{{input.o.0}}", "\"zero\"")]
    [InlineData("{{input.o.a[1][\"b c\"]}}", "\"deep\"")]
    [InlineData("{{steps.find-it.result.emails[1]}}", "\"b\"")]
    [InlineData("{{steps[\"find-it\"].result.emails}}", "[\"a\",\"b\"]")]
    [InlineData("{{steps.find-it.input.given}}", "\"find-it\"")]
    [InlineData("{{run.run_id}}", "\"run_1\"")]
    [InlineData("{{run.started_at}}", "\"2026-01-02T02:04:05.000Z\"")]
    [InlineData("{{input.x | input.s}}", "\"text\"")]
    [InlineData("{{input.nothing | \"d\"}}", "\"d\"")]
    [InlineData("{{input.x | -1.5e1}}", "-1.5e1")]
    [InlineData("{{input.x | null}}", "null")]
    [InlineData("{{input.nothing | input.x}}", "null")]
    [InlineData("{{input.x | false}}", "false")]
    [InlineData("{{\"}}\"}}", "\"}}\"")]
    [InlineData("a {{input.s}} b {{input.n}} {{input.t}}", "\"a text b 1.50 true\"")]
    [InlineData("{{input.o.a}}!", "\"[1,{\\\"b c\\\":\\\"deep\\\"}]!\"")]
    [InlineData("{{{{input.s}}", "\"{{input.s}}\"")]
    [InlineData("{ {{input.s}} }", "\"{ text }\"")]
    [InlineData("}} {", "\"}} {\"")]
    [InlineData("{{input.q}}.", "\"say \\\"hi\\\"\\n.\"")]
    public void Gives_the_value(string template, string expected)
    {
        var result = Compile(template).Resolve(Scope);
        Assert.Null(result.Error);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), result.Value), result.Value.GetRawText());
    }

    [Theory]
    [InlineData("{{input.x}}")]
    [InlineData("{{input.s.x}}")]
    [InlineData("{{input.nothing.x}}")]
    [InlineData("{{input.o.a[9]}}")]
    [InlineData("{{input.o[0]}}")]
    [InlineData("{{input.x | input.y}}")]
    [InlineData("text {{input.x}}")]
    [InlineData("text {{input.nothing}}")]
    [InlineData("{{steps.other.result}}")]
    [InlineData("{{item}}")]
    [InlineData("{{index}}")]
    [InlineData("{{body.x}}")]
    public void Says_which_template_has_no_value_and_where(string template)
    {
        var error = CompiledValue.Compile(Element("""{ "deep": [""" + Text(template) + "] }"), "/steps/0/tool_args").Resolve(Scope).Error;
        Assert.NotNull(error);
        Assert.Equal("/steps/0/tool_args/deep/0", error.Pointer);
        Assert.Contains(error.Template, template, StringComparison.Ordinal);
        Assert.StartsWith("{{", error.Template, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("ab {{input.s", 12, ProblemCodes.TemplateSyntax)]
    [InlineData("{{}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input..s}}", 8, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input.s |}}", 11, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input.s + 1}}", 10, ProblemCodes.TemplateSyntax)]
    [InlineData("{{length(input.s)}}", 2, ProblemCodes.UnknownRoot)]
    [InlineData("{{input[x]}}", 8, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input[-1]}}", 8, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input[\"a]}}", 8, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input.s | omit | 1}}", 17, ProblemCodes.TemplateSyntax)]
    [InlineData("{{omit}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{env.HOME}}", 2, ProblemCodes.UnknownRoot)]
    [InlineData("{{secrets.crm}}", 2, ProblemCodes.UnknownRoot)]
    [InlineData("{{run.environment}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{steps.a.output}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{steps}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{index.x}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{01}}", 2, ProblemCodes.TemplateSyntax)]
    [InlineData("{{input.s | omit}}", 0, ProblemCodes.MisplacedOmit)]
    public void Refuses_what_is_no_template(string template, int offset, string code)
    {
        Assert.False(CompiledValue.TryCompile(Element(Text(template)), "/p", out _, out var problems));
        Assert.Equal(("/p", offset, code), (problems[0].Pointer, problems[0].Offset, problems[0].Code));
    }

    [Fact]
    public void Finds_every_problem_of_a_value()
    {
        Assert.False(CompiledValue.TryCompile(Element("""{ "a": "{{foo}} {{bar}}", "b": ["{{input.x", "{{input.ok}}"], "{{k}}": "x {{input.y | omit}}" }"""), "", out _, out var problems));
        Assert.Equal(
            [("/a", ProblemCodes.UnknownRoot), ("/a", ProblemCodes.UnknownRoot), ("/b/0", ProblemCodes.TemplateSyntax), ("/{{k}}", ProblemCodes.TemplateInKey), ("/{{k}}", ProblemCodes.MisplacedOmit)],
            problems.Select(problem => (problem.Pointer, problem.Code)));
    }

    [Fact]
    public void Omit_drops_members_and_items()
    {
        var value = Element("""{ "a": "{{input.x | omit}}", "b": ["{{input.nothing | omit}}", "{{input.s | omit}}"], "c": 1 }""");
        Assert.Equal("""{"b":["text"],"c":1}""", CompiledValue.Compile(value, "").Resolve(Scope).Value.GetRawText());
    }

    [Fact]
    public void A_value_without_templates_comes_back_as_it_is()
    {
        var value = Element("""{ "a": [1, 2.50, "x", null] }""");
        var compiled = CompiledValue.Compile(value, "");
        Assert.True(compiled.IsLiteral);
        Assert.Empty(compiled.References);
        Assert.Equal(value.GetRawText(), compiled.Resolve(Scope).Value.GetRawText());
    }

    [Fact]
    public void Lists_what_it_refers_to()
    {
        var compiled = CompiledValue.Compile(Element("""{ "a": "{{steps.x-1.result.y | body.z}}", "b": "{{steps.w.input}} {{item}} {{index}} {{run.run_id}}" }"""), "/p");
        Assert.Equal(
            [(TemplateRoot.StepResult, "x-1"), (TemplateRoot.Body, "z"), (TemplateRoot.StepInput, "w"), (TemplateRoot.Item, ""), (TemplateRoot.Index, ""), (TemplateRoot.Run, "")],
            compiled.References.Select(reference => (reference.Root, reference.Step?.Value ?? "")));
        Assert.Equal(("/p/a", 2), (compiled.References[0].Pointer, compiled.References[0].Offset));
    }

    [Fact]
    public void Loops_see_their_item_their_index_and_the_bodies_around_them()
    {
        var outerBody = new Dictionary<StepId, StepData> { [new StepId("one")] = new(Element("\"outer\""), null) };
        var innerBody = new Dictionary<StepId, StepData> { [new StepId("two")] = new(Element("\"inner\""), null) };
        var scope = Scope.ForIteration(Element("\"A\""), 3, outerBody).ForIteration(Element("\"B\""), 7, innerBody);
        var text = Compile("{{item}} {{index}} {{body.one}} {{body.two}} {{input.s}} {{steps.find-it.result.emails[0]}}").Resolve(scope);
        Assert.Equal("B 7 outer inner text a", text.Value.GetString());
        Assert.False(Compile("{{body.find-it}}").Resolve(scope).IsResolved);
        Assert.False(Compile("{{steps.one.result}}").Resolve(scope).IsResolved);
    }

    [Fact]
    public void Broken_text_from_a_tool_is_an_error_and_no_exception()
    {
        var scope = Scopes.Run("""{ "half": "\ud800", "o": { "\ud800": 1 } }""");
        Assert.False(Compile("x {{input.half}}").Resolve(scope).IsResolved);
        Assert.False(Compile("x {{input.o}}").Resolve(scope).IsResolved);
        _ = Compile("{{input.o.a | 1}}").Resolve(scope);
        Assert.True(CompiledValue.Compile(Element("""["{{input.half}}"]"""), "").Resolve(scope).IsResolved);
    }

    [Fact]
    public void Very_deep_values_are_an_error_and_no_exception()
    {
        var deep = JsonElement.Parse(new string('[', 510) + new string(']', 510), new JsonDocumentOptions { MaxDepth = 1000 });
        var scope = TemplateScope.ForRun(deep, Scopes.RunValue, new Dictionary<StepId, StepData>());
        Assert.False(CompiledValue.Compile(Element("""[[["{{input}}"]]]"""), "").Resolve(scope).IsResolved);
    }

    [Fact]
    public void A_whole_template_keeps_any_value() => JsonText.Sample(
        json => JsonElement.DeepEquals(Element(json), Compile("{{input}}").Resolve(Scopes.Run(json)).Value)
            && JsonElement.DeepEquals(Element($"[{json},{{\"k\":{json}}}]"), CompiledValue.Compile(Element("""["{{input}}", { "k": "{{input}}" }]"""), "").Resolve(Scopes.Run(json)).Value),
        iter: 500);

    [Fact]
    public void Literals_are_unchanged() => JsonText.Sample(
        json => JsonElement.DeepEquals(Element(json), CompiledValue.Compile(Element(json), "").Resolve(Scope).Value),
        iter: 500);

    [Fact]
    public void Text_is_put_together_as_it_stands() => Gen.Select(Gen.String, Gen.String, Gen.String).Sample(
        (before, value, after) =>
        {
            (before, value, after) = (Clean(before), Clean(value), Clean(after));
            var scope = Scopes.Run($$"""{ "v": {{Text(value)}} }""");
            var result = Compile($"x{before.Replace("{{", "{{{{", StringComparison.Ordinal)} {{{{input.v}}}} {after.Replace("{{", "{{{{", StringComparison.Ordinal)}").Resolve(scope);
            return result.Value.GetString() == $"x{before} {value} {after}";
        },
        iter: 1000);

    [Fact]
    public void Garbage_gives_a_value_or_problems()
    {
        var words = new[] { "{{", "}}", "{", "}", "|", "omit", "input", "steps", "body", "run", ".", "[", "]", "0", "\"", "\\", "null", " ", "a-b", "-", "é" };
        Gen.OneOf(Gen.String, Gen.Int[0, words.Length - 1].Select(i => words[i])).Array[0, 15].Sample(
            parts =>
            {
                var ok = CompiledValue.TryCompile(Element(Text(Clean(string.Concat(parts)))), "/p", out var compiled, out var problems);
                Assert.Equal(ok, problems.Count == 0);
                if (compiled is not null)
                {
                    _ = compiled.Resolve(Scope);
                    Assert.All(compiled.References, reference => Assert.True(Enum.IsDefined(reference.Root)));
                }
            },
            iter: 5000);
    }

    private static CompiledValue Compile(string template) => CompiledValue.Compile(Element(Text(template)), "/p");

    private static JsonElement Element(string json) => JsonElement.Parse(json);

    private static string Text(string text) => JsonSerializer.Serialize(text);

    /// <summary>Without halves of surrogate pairs, and without runs of braces that read differently when doubled.</summary>
    private static string Clean(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);
}
