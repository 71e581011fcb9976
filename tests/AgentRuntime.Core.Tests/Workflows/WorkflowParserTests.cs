using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.Workflows;
using CsCheck;

namespace AgentRuntime.Core.Tests.Workflows;

public sealed class WorkflowParserTests
{
    private const string Whole = """
        {
          "$schema": "../schemas/workflow.v1.json",
          "name": "demo",
          "description": "All of it.",
          "version": "1.2",
          "tenant_id": "t", "workflow_id": "w", "params": { "a": 1 },
          "input_schema": { "type": "object", "properties": { "customer": { "type": "string" } } },
          "steps": [
            { "id": "find", "type": "mcp_call", "name": "Find", "server": "crm", "tool_name": "find_customer", "tool_args": { "query": "{{input.customer}}" },
              "timeout_s": 1.5, "retry_count": 2, "on_error": "continue", "idempotent": true, "output_schema": { "type": "object" } },
            { "id": "rows", "type": "transform", "depends_on": ["find"], "expression": "steps.find.result.rows[?amount > `1`]", "condition": true },
            { "id": "each", "type": "for_each", "depends_on": ["rows"], "for_each_items": "{{steps.rows.result}}", "for_each_max_parallel": 5, "for_each_error_policy": "continue_on_error",
              "for_each_body_steps": [
                { "id": "one", "type": "transform", "expression": "{i: item, n: index, all: steps.rows.result}" },
                { "id": "mail", "type": "mcp_call", "depends_on": ["one"], "server_url": "http://127.0.0.1:7002/mcp", "tool_name": "send_email", "tool_args": { "to": "{{body.one.i.to | omit}}" },
                  "retry": { "max_attempts": 4, "backoff_s": 0.5, "max_backoff_s": 8, "jitter": false, "on": ["timeout", "unavailable"] } },
                { "id": "inner", "type": "for_each", "depends_on": ["mail"], "for_each_items": [1, "{{item.x}}"], "for_each_body_steps": [
                  { "id": "deep", "type": "transform", "expression": "[item, body.one, steps.rows.result]" } ] }
              ] },
            { "id": "pause", "type": "wait", "depends_on": ["each"], "seconds": "{{input.delay | 2}}" },
            { "id": "till", "type": "wait", "enabled": false, "depends_on": ["each"], "until": "2026-01-01T09:00:00+01:00" }
          ],
          "outputs": { "count": "{{steps.each.result.count}}", "customer": "{{input.customer}}" }
        }
        """;

    [Fact]
    public void Reads_every_field()
    {
        var result = Parsing.Parse(Whole);
        Assert.Empty(result.Problems);
        var definition = result.Value!;
        Assert.Equal("demo", definition.Name.Value);
        Assert.Equal("1.2", definition.Version);
        Assert.Equal(64, definition.Sha256.Length);
        var find = Assert.IsType<McpCallStep>(definition.Steps[0]);
        Assert.Equal(TimeSpan.FromSeconds(1.5), find.Timeout);
        Assert.Equal(3, find.Retry.MaxAttempts);
        Assert.Equal(OnError.Continue, find.OnError);
        Assert.True(find.Idempotent);
        Assert.Equal("/steps/0", find.Pointer);
        Assert.Equal("true", definition.Steps[1].Condition);
        var each = Assert.IsType<ForEachStep>(definition.Steps[2]);
        Assert.Equal((5, ForEachErrorPolicy.ContinueOnError), (each.MaxParallel, each.ErrorPolicy));
        var mail = Assert.IsType<McpCallStep>(each.Body[1]);
        Assert.Equal("email", mail.Server.Value);
        Assert.Equal((4, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(8), false), (mail.Retry.MaxAttempts, mail.Retry.Backoff, mail.Retry.MaxBackoff, mail.Retry.Jitter));
        Assert.Equal(["timeout", "unavailable"], mail.Retry.On.Order());
        Assert.Equal("/steps/2/for_each_body_steps/1", mail.Pointer);
        Assert.False(definition.Steps[4].Enabled);
        Assert.Equal(5, WorkflowGraph.Compile(definition.Steps).Nodes.Count);
    }

    [Theory]
    [InlineData("""{ "type": "transform", "expression": "input" }""", ProblemCodes.MissingMember, "/steps/0")]
    [InlineData("""{ "id": "a b", "type": "transform", "expression": "input" }""", ProblemCodes.BadName, "/steps/0/id")]
    [InlineData("""{ "id": "a", "expression": "input" }""", ProblemCodes.MissingMember, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "transfrom", "expression": "input" }""", ProblemCodes.UnknownStepType, "/steps/0/type")]
    [InlineData("""{ "id": "a", "type": "llm_call" }""", ProblemCodes.StepTypeNotAvailable, "/steps/0/type")]
    [InlineData("""{ "id": "a", "type": "agent_call" }""", ProblemCodes.StepTypeNotAvailable, "/steps/0/type")]
    [InlineData("""{ "id": "a", "type": "human_task" }""", ProblemCodes.StepTypeNotAvailable, "/steps/0/type")]
    [InlineData("""{ "id": "a", "type": "while" }""", ProblemCodes.StepTypeNotAvailable, "/steps/0/type")]
    [InlineData("""{ "id": "a", "type": "workflow_call" }""", ProblemCodes.StepTypeNotAvailable, "/steps/0/type")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "retries": 1 }""", ProblemCodes.UnknownMember, "/steps/0/retries")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "seconds": 1 }""", ProblemCodes.UnknownMember, "/steps/0/seconds")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "timeout_s": 0 }""", ProblemCodes.OutOfRange, "/steps/0/timeout_s")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "timeout_s": 86401 }""", ProblemCodes.OutOfRange, "/steps/0/timeout_s")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "retry_count": -1 }""", ProblemCodes.OutOfRange, "/steps/0/retry_count")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "retry_count": 1, "retry": { "max_attempts": 2 } }""", ProblemCodes.ExactlyOne, "/steps/0/retry_count")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "retry": { } }""", ProblemCodes.MissingMember, "/steps/0/retry")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "retry": { "max_attempts": 2, "on": ["timeuot"] } }""", ProblemCodes.UnknownValue, "/steps/0/retry/on/0")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "retry": { "max_attempts": 2, "backoff_s": 5, "max_backoff_s": 1 } }""", ProblemCodes.OutOfRange, "/steps/0/retry/max_backoff_s")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "on_error": "ignore" }""", ProblemCodes.UnknownValue, "/steps/0/on_error")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "enabled": "yes" }""", ProblemCodes.WrongType, "/steps/0/enabled")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "condition": 1 }""", ProblemCodes.WrongType, "/steps/0/condition")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "output_schema": { "unevaluatedProperties": false } }""", ProblemCodes.SchemaKeywordNotSupported, "/steps/0/output_schema/unevaluatedProperties")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "depends_on": "b" }""", ProblemCodes.WrongType, "/steps/0/depends_on")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "depends_on": [1] }""", ProblemCodes.WrongType, "/steps/0/depends_on/0")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "depends_on": ["b"] }""", ProblemCodes.UnknownDependency, "/steps/0/depends_on/0")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "input", "depends_on": ["a"] }""", ProblemCodes.SelfDependency, "/steps/0/depends_on/0")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "foo.bar" }""", ProblemCodes.UnknownRoot, "/steps/0/expression")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "steps.a.result" }""", ProblemCodes.NotAnAncestor, "/steps/0/expression")]
    [InlineData("""{ "id": "a", "type": "transform", "expression": "item" }""", ProblemCodes.OutsideLoop, "/steps/0/expression")]
    [InlineData("""{ "id": "a", "type": "transform" }""", ProblemCodes.MissingMember, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "wait" }""", ProblemCodes.ExactlyOne, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "wait", "seconds": 1, "until": "2026-01-01T09:00:00Z" }""", ProblemCodes.ExactlyOne, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "wait", "seconds": -1 }""", ProblemCodes.OutOfRange, "/steps/0/seconds")]
    [InlineData("""{ "id": "a", "type": "wait", "seconds": "{{input.x}}s" }""", ProblemCodes.WrongType, "/steps/0/seconds")]
    [InlineData("""{ "id": "a", "type": "wait", "until": "tomorrow" }""", ProblemCodes.BadTime, "/steps/0/until")]
    [InlineData("""{ "id": "a", "type": "wait", "until": "2026-13-01T09:00:00Z" }""", ProblemCodes.BadTime, "/steps/0/until")]
    [InlineData("""{ "id": "a", "type": "wait", "until": "2026-01-01T09:00:00" }""", ProblemCodes.BadTime, "/steps/0/until")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "tool_name": "x" }""", ProblemCodes.ExactlyOne, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crm", "server_url": "http://127.0.0.1:7001/mcp", "tool_name": "x" }""", ProblemCodes.ExactlyOne, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crn", "tool_name": "x" }""", ProblemCodes.UnknownServer, "/steps/0/server")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server_url": "http://127.0.0.1:9/mcp", "tool_name": "x" }""", ProblemCodes.UnknownServer, "/steps/0/server_url")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server_url": "http://127.0.0.1:7003/mcp", "tool_name": "x" }""", ProblemCodes.AmbiguousServer, "/steps/0/server_url")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crm", "tool_name": "find_customr" }""", ProblemCodes.UnknownTool, "/steps/0/tool_name")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crm" }""", ProblemCodes.MissingMember, "/steps/0")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": [] }""", ProblemCodes.WrongType, "/steps/0/tool_args")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": { "{{input.x}}": 1 } }""", ProblemCodes.TemplateInKey, "/steps/0/tool_args")]
    [InlineData("""{ "id": "a", "type": "mcp_call", "server": "crm", "tool_name": "find_customer", "tool_args": { "q": "{{steps.b.result}}" } }""", ProblemCodes.UnknownStep, "/steps/0/tool_args/q")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": "all", "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "item" }] }""", ProblemCodes.WrongType, "/steps/0/for_each_items")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [] }""", ProblemCodes.OutOfRange, "/steps/0/for_each_body_steps")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_max_parallel": 101, "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "item" }] }""", ProblemCodes.OutOfRange, "/steps/0/for_each_max_parallel")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "steps.a.result" }] }""", ProblemCodes.NotAnAncestor, "/steps/0/for_each_body_steps/0/expression")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "body.c" }, { "id": "c", "type": "transform", "expression": "item" }] }""", ProblemCodes.NotAnAncestor, "/steps/0/for_each_body_steps/0/expression")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "body.zz" }] }""", ProblemCodes.UnknownStep, "/steps/0/for_each_body_steps/0/expression")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "item" }, { "id": "c", "type": "transform", "depends_on": ["b"], "expression": "steps.b.result" }] }""", ProblemCodes.UnknownStep, "/steps/0/for_each_body_steps/1/expression")]
    [InlineData("""{ "id": "a", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{ "id": "b", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{ "id": "b", "type": "transform", "expression": "item" }] }] }""", ProblemCodes.DuplicateStepId, "/steps/0/for_each_body_steps/0/for_each_body_steps/0/id")]
    [InlineData("1", ProblemCodes.WrongType, "/steps/0")]
    public void Refuses_a_step_that_breaks_a_rule(string step, string code, string pointer)
    {
        var result = Parsing.ParseSteps(step);
        Assert.Null(result.Value);
        Assert.Contains(result.Problems, problem => problem.Code == code && problem.Pointer == pointer && problem.Line == 1 && problem.Column > 0 && problem.Fix.Length > 0);
    }

    [Theory]
    [InlineData("""{ "name": "other", "steps": [{ "id": "a", "type": "transform", "expression": "input" }] }""", ProblemCodes.NameMismatch)]
    [InlineData("""{ "name": "demo", "steps": [] }""", ProblemCodes.OutOfRange)]
    [InlineData("""{ "name": "demo" }""", ProblemCodes.MissingMember)]
    [InlineData("""{ "name": "demo", "setps": [], "steps": [{ "id": "a", "type": "transform", "expression": "input" }] }""", ProblemCodes.UnknownMember)]
    [InlineData("""[]""", ProblemCodes.WrongType)]
    [InlineData("""{ "name": "demo", // no""", ProblemCodes.Syntax)]
    [InlineData("""{ "name": "demo", "name": "demo", "steps": [] }""", ProblemCodes.DuplicateKey)]
    [InlineData("""{ "name": "demo", "steps": [{ "id": "a", "type": "transform", "expression": "input" }], "outputs": "{{steps.b.result}}" }""", ProblemCodes.UnknownStep)]
    [InlineData("""{ "name": "demo", "steps": [{ "id": "a", "type": "transform", "expression": "input" }], "outputs": "{{item}}" }""", ProblemCodes.OutsideLoop)]
    [InlineData("""{ "name": "demo", "steps": [{ "id": "a", "type": "transform", "expression": "input" }], "input_schema": { "type": "text" } }""", ProblemCodes.SchemaInvalid)]
    [InlineData("""{ "name": "demo", "steps": [{ "id": "a", "type": "transform", "expression": "input" }, { "id": "a", "type": "transform", "expression": "input" }] }""", ProblemCodes.DuplicateStepId)]
    public void Refuses_a_document_that_breaks_a_rule(string json, string code) =>
        Assert.Contains(Parsing.Parse(json).Problems, problem => problem.Code == code);

    [Fact]
    public void Says_what_was_probably_meant()
    {
        string FixOf(string step) => Assert.Single(Parsing.ParseSteps(step).Problems).Fix;
        Assert.Contains("'crm'", FixOf("""{ "id": "a", "type": "mcp_call", "server": "crn", "tool_name": "find_customer" }"""), StringComparison.Ordinal);
        Assert.Contains("'find_customer'", FixOf("""{ "id": "a", "type": "mcp_call", "server": "crm", "tool_name": "find_custmer" }"""), StringComparison.Ordinal);
        Assert.Contains("'transform'", FixOf("""{ "id": "a", "type": "transfrom" }"""), StringComparison.Ordinal);
        Assert.Contains("'input'", FixOf("""{ "id": "a", "type": "transform", "expression": "imput.x" }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cycle_is_named_once_with_its_way()
    {
        var problems = Parsing.ParseSteps("""
            { "id": "a", "type": "transform", "expression": "input", "depends_on": ["c"] },
            { "id": "b", "type": "transform", "expression": "steps.a.result", "depends_on": ["a"] },
            { "id": "c", "type": "transform", "expression": "input", "depends_on": ["b"] }
            """).Problems;
        var problem = Assert.Single(problems);
        Assert.Equal(ProblemCodes.DependencyCycle, problem.Code);
        Assert.Contains("'a' -> 'b' -> 'c' -> 'a'", problem.Message.Replace("'a' -> 'c' -> 'b' -> 'a'", "'a' -> 'b' -> 'c' -> 'a'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_are_exact_to_the_character()
    {
        var json = string.Join('\n', [
            "{ \"name\": \"demo\",",
            "  \"steps\": [",
            "    { \"id\": \"a\", \"type\": \"mcp_call\", \"server\": \"crm\", \"tool_name\": \"find_customer\",",
            "      \"tool_args\": { \"q\": \"\\u00e9\\n {{stepz.x}}\", \"r\": \"é😀{{item}}\" } },",
            "    { \"id\": \"b\", \"type\": \"transform\", \"expression\": \"input.a || foo\" },",
            "    { \"id\": \"c\", \"type\": \"wait\", \"secnds\": 1, \"seconds\": 1 }",
            "  ] }",
        ]);
        var lines = json.Split('\n');
        int Column(int line, string text) => lines[line - 1][..lines[line - 1].IndexOf(text, StringComparison.Ordinal)].EnumerateRunes().Count() + 1;
        var problems = Parsing.Parse(json).Problems;
        Assert.Equal(
            [
                (4, Column(4, "stepz"), ProblemCodes.UnknownRoot),
                (4, Column(4, "item}}"), ProblemCodes.OutsideLoop),
                (5, Column(5, "foo"), ProblemCodes.UnknownRoot),
                (6, Column(6, "\"secnds\""), ProblemCodes.UnknownMember),
            ],
            problems.Select(problem => (problem.Line, problem.Column, problem.Code)));
    }

    [Fact]
    public void Reports_twenty_problems_of_a_large_document_at_once()
    {
        var steps = new JsonArray();
        for (var i = 0; i < 300; i++)
        {
            var step = new JsonObject { ["id"] = $"s{i}", ["type"] = "transform", ["expression"] = i == 0 ? "input" : $"steps.s{i - 1}.result" };
            if (i > 0)
            {
                step["depends_on"] = new JsonArray($"s{i - 1}");
            }

            if (i % 15 == 7)
            {
                step["expression"] = $"steps.s{i + 1}.result";
            }

            steps.Add((JsonNode)step);
        }

        var problems = Parsing.Parse(new JsonObject { ["name"] = "demo", ["steps"] = steps }.ToJsonString(new JsonSerializerOptions { WriteIndented = true })).Problems;
        Assert.Equal(20, problems.Count);
        Assert.All(problems, problem => Assert.Equal(ProblemCodes.NotAnAncestor, problem.Code));
        Assert.Equal(20, problems.Select(problem => problem.Line).Distinct().Count());
    }

    [Fact]
    public void A_thousand_steps_are_allowed_and_one_more_is_not()
    {
        static string Steps(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{ "id": "s{{i}}", "type": "transform", "expression": "input" }"""));
        Assert.Empty(Parsing.ParseSteps(Steps(1000)).Problems);
        Assert.Equal(ProblemCodes.OutOfRange, Assert.Single(Parsing.ParseSteps(Steps(1001)).Problems).Code);
    }

    [Fact]
    public void Loops_nest_four_deep_and_no_deeper()
    {
        static string Loop(int depth) => depth == 0
            ? """{ "id": "leaf", "type": "transform", "expression": "item" }"""
            : $$"""{ "id": "l{{depth}}", "type": "for_each", "for_each_items": [1], "for_each_body_steps": [{{Loop(depth - 1)}}] }""";
        Assert.Empty(Parsing.ParseSteps(Loop(4)).Problems);
        Assert.Equal(ProblemCodes.TooDeep, Assert.Single(Parsing.ParseSteps(Loop(5)).Problems).Code);
    }

    [Fact]
    public void A_credential_in_a_definition_is_refused_and_never_quoted()
    {
        var value = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8";
        var result = Parsing.ParseSteps($$"""{ "id": "a", "type": "mcp_call", "server": "crm", "tool_name": "{{value}}", "tool_args": { "x": "{{value}}" }, "depends_on": ["{{value}}"] }""");
        Assert.NotEmpty(result.Problems);
        Assert.DoesNotContain(value, string.Join('\n', result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_workflows_use_only_what_the_format_offers()
    {
        var files = Directory.GetFiles(Path.Combine(Parsing.RepositoryRoot(), "samples", "workspace", "workflows"), "*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            // Without manifests the only things to say are about servers.
            var problems = WorkflowParser.Parse(file, File.ReadAllBytes(file), null).Problems;
            Assert.DoesNotContain(problems, problem => problem.Code != ProblemCodes.UnknownServer);
        }
    }

    [Fact]
    public void Any_mutation_of_a_document_gives_a_definition_or_problems()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        var words = new[] { "{{", "}}", "\"", "[", "]", "{", "}", "null", "|", "\\ud800", "steps", "1e999", "-", ",", ":", "`", "$ref" };
        var inserts = Gen.OneOf(Gen.String, Gen.Int[0, words.Length - 1].Select(i => words[i]));
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, 20], inserts).Array[1, 4].Sample(
            edits =>
            {
                var text = Encoding.Latin1.GetString(bytes);
                foreach (var (at, remove, insert) in edits)
                {
                    var start = Math.Min(at, text.Length);
                    text = text.Remove(start, Math.Min(remove, text.Length - start)).Insert(start, insert);
                }

                var result = WorkflowParser.Parse("demo.json", Encoding.UTF8.GetBytes(text), Parsing.Servers);
                Assert.True(result.IsValid ^ (result.Problems.Count > 0));
                Assert.All(result.Problems, problem => Assert.True(problem.Code.Length > 0 && problem.Message.Length > 0 && problem.Fix.Length > 0));
                if (result.IsValid)
                {
                    _ = WorkflowGraph.Compile(result.Value.Steps);
                }
            },
            iter: 2000);
    }

    [Fact]
    public void Any_replacement_of_a_value_gives_a_definition_or_problems()
    {
        var replacements = new[] { "null", "true", "0", "-1", "1.5", "\"\"", "\"{{\"", "\"{{input.x}}\"", "\"steps.find.result\"", "[]", "{}", "[null]", "[[]]", "{\"a\":{}}", "\"\\u0000\"", "1e400" };
        var pointers = new List<string>();
        Collect(JsonNode.Parse(Whole)!, pointers);
        Gen.Select(Gen.Int[0, pointers.Count - 1], Gen.Int[0, replacements.Length - 1]).Sample(
            (at, with) =>
            {
                var root = JsonNode.Parse(Whole)!;
                var parts = pointers[at].Split('/');
                JsonNode node = root;
                foreach (var part in parts[1..^1])
                {
                    node = node is JsonArray list ? list[int.Parse(part)]! : node[part]!;
                }

                var value = JsonNode.Parse(replacements[with]);
                if (node is JsonArray array)
                {
                    array[int.Parse(parts[^1])] = value;
                }
                else
                {
                    node[parts[^1]] = value;
                }

                var result = Parsing.Parse(root.ToJsonString());
                Assert.True(result.IsValid ^ (result.Problems.Count > 0));
            },
            iter: 1500);

        static void Collect(JsonNode node, List<string> pointers)
        {
            foreach (var child in node is JsonArray list ? list : node is JsonObject members ? members.Select(member => member.Value) : [])
            {
                if (child is not null)
                {
                    pointers.Add("/" + string.Join('/', child.GetPath().TrimStart('$').Replace("['", ".").Replace("']", "").Replace("[", ".").Replace("]", "").Split('.', StringSplitOptions.RemoveEmptyEntries)));
                    Collect(child, pointers);
                }
            }
        }
    }
}
