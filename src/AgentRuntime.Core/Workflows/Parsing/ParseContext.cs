using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows.Expressions;
using AgentRuntime.Workflows.Schemas;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>What the readers of one document share. Not thread-safe.</summary>
internal sealed class ParseContext(JsonSource source, IReadOnlyDictionary<ServerName, ServerManifest> servers, ICollection<Problem> problems)
{
    public JsonSource Source { get; } = source;

    public IReadOnlyDictionary<ServerName, ServerManifest> Servers { get; } = servers;

    public ICollection<Problem> Problems { get; } = problems;

    /// <summary>How many steps were read, in all lists together.</summary>
    public int Steps { get; set; }

    /// <summary>Checks the templates of a value and collects what they name.</summary>
    /// <returns>Whether the value is one whole template.</returns>
    public bool CheckTemplates(JsonElement value, string pointer, List<TemplateReference> references)
    {
        var compiler = new TemplateCompiler();
        var node = compiler.Compile(value, pointer, omittable: false);
        references.AddRange(compiler.References);
        Add(compiler.Problems);
        return node is WholeNode;
    }

    /// <summary>Checks an expression and collects what it names.</summary>
    public void CheckExpression(string text, string pointer, List<TemplateReference> references)
    {
        _ = JmesExpression.TryParse(text, pointer, out _, out var found, out var named);
        references.AddRange(named);
        Add(found);
    }

    /// <summary>Checks a condition and collects what it names.</summary>
    public void CheckCondition(string text, string pointer, List<TemplateReference> references)
    {
        if (StepCondition.TryCompile(text, pointer, out var condition, out var found))
        {
            references.AddRange(condition.References);
        }

        Add(found);
    }

    /// <summary>A JSON Schema of the document.</summary>
    public JsonElement? Schema(ObjectReader reader, string name)
    {
        if (reader.OptionalValue(name) is not { } schema)
        {
            return null;
        }

        var pointer = reader.PointerOf(name);
        if (!JsonSchemaCheck.TryCompile(schema, out _, out var found))
        {
            foreach (var problem in found)
            {
                Problems.Add(Source.ProblemAt(pointer + problem.Pointer, problem.Code, problem.Message, problem.Fix, problem.Code == ProblemCodes.SchemaKeywordNotSupported));
            }
        }

        return schema;
    }

    /// <summary>A problem at a character of a string.</summary>
    public void Add(string pointer, int offset, string code, string message, string fix)
    {
        var problem = Source.ProblemAt(pointer, code, message, fix, code == ProblemCodes.TemplateInKey);
        var columns = code == ProblemCodes.TemplateInKey ? 0 : StringColumns.Count(Source.Root, pointer, offset);
        Problems.Add(problem with { Column = problem.Column + columns });
    }

    private void Add(IReadOnlyList<TemplateProblem> found)
    {
        foreach (var problem in found)
        {
            Add(problem.Pointer, problem.Offset, problem.Code, problem.Message, problem.Fix);
        }
    }
}
