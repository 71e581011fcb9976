using System.Security.Cryptography;
using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows.Clean;
using AgentRuntime.Workflows.Parsing;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows;

/// <summary>Reads workflow definitions and checks everything that can be known before a run. Stateless; thread-safe.</summary>
public static class WorkflowParser
{
    /// <summary>The checked definition, or all its problems at once, in the order of the document.</summary>
    /// <param name="file">The file, as the user named it or relative to the workspace; its name without extension must be the workflow's name.</param>
    /// <param name="utf8">Its bytes; kept, so the caller must not change them.</param>
    /// <param name="servers">The manifests that steps may name.</param>
    /// <param name="isKnownCredential">Whether a text holds the known value of a credential; <c>null</c> when no value is known.</param>
    public static Checked<WorkflowDefinition> Parse(
        string file,
        ReadOnlyMemory<byte> utf8,
        IReadOnlyDictionary<ServerName, ServerManifest>? servers,
        Func<string, bool>? isKnownCredential = null)
    {
        var problems = new List<Problem>();
        if (JsonSource.Parse(file, utf8, JsonDialect.Strict, problems) is not { } source)
        {
            return new Checked<WorkflowDefinition>(null, problems);
        }

        problems.AddRange(CleanDefinitionCheck.Check(source, isKnownCredential));
        var context = new ParseContext(source, servers ?? new Dictionary<ServerName, ServerManifest>(), problems);
        var definition = ObjectReader.TryOpen(source, source.Root, string.Empty, "A workflow definition", problems) is { } reader
            ? Read(context, reader, Convert.ToHexStringLower(SHA256.HashData(utf8.Span)))
            : null;

        // The reader of exceptions and the reader of the document may see the same mistake.
        var ordered = problems.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ToArray();
        return new Checked<WorkflowDefinition>(ordered.Length == 0 ? definition : null, ordered);
    }

    private static WorkflowDefinition? Read(ParseContext context, ObjectReader reader, string sha256)
    {
        foreach (var accepted in new[] { "$schema", "tenant_id", "workflow_id", "params", CleanDefinitionCheck.ExceptionsMember })
        {
            reader.Ignore(accepted);
        }

        var name = reader.RequiredName("name");
        if (name is not null && !string.Equals(name, Path.GetFileNameWithoutExtension(reader.Source.File), StringComparison.Ordinal))
        {
            reader.Report("name", ProblemCodes.NameMismatch, "The workflow's name is not the file's name.", "Rename the file to NAME.json, or change 'name'.");
        }

        var description = reader.OptionalString("description");
        var version = reader.OptionalString("version");
        var inputSchema = context.Schema(reader, "input_schema");
        var steps = new List<ParsedStep>();
        if (reader.RequiredArray("steps") is { } list)
        {
            if (list.Count == 0)
            {
                reader.Report("steps", ProblemCodes.OutOfRange, "The workflow has no steps.", "Add a step.");
            }

            steps = StepReader.ReadList(context, list, depth: 0);
        }

        var references = new List<TemplateReference>();
        var outputs = reader.OptionalValue("outputs");
        if (outputs is { } value)
        {
            _ = context.CheckTemplates(value, reader.PointerOf("outputs"), references);
        }

        reader.Done();
        new ReferenceCheck(context).Check(steps, references);
        return context.Problems.Count > 0 || name is null ? null : new WorkflowDefinition
        {
            Name = new WorkflowName(name),
            Description = description,
            Version = version,
            InputSchema = inputSchema,
            Steps = [.. steps.Select(step => step.Definition!)],
            Outputs = outputs,
            Source = reader.Element,
            Sha256 = sha256,
        };
    }
}
