using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>Reads a list of steps, with the bodies of loops inside.</summary>
internal static class StepReader
{
    /// <summary>All steps of a definition together.</summary>
    public const int MaxSteps = 1000;

    private const double MaxTimeoutSeconds = 86_400;

    private static readonly Dictionary<string, OnError> OnErrorWords = new(StringComparer.Ordinal) { ["fail"] = OnError.Fail, ["continue"] = OnError.Continue };

    public static List<ParsedStep> ReadList(ParseContext context, IReadOnlyList<(JsonElement Element, string Pointer)> items, int depth)
    {
        var steps = new List<ParsedStep>(items.Count);
        foreach (var (element, pointer) in items)
        {
            if (++context.Steps == MaxSteps + 1)
            {
                context.Problems.Add(context.Source.ProblemAt(pointer, ProblemCodes.OutOfRange, $"The workflow has more than {MaxSteps} steps.", "Split it into several workflows."));
            }

            if (context.Steps <= MaxSteps && ObjectReader.TryOpen(context.Source, element, pointer, "A step", context.Problems) is { } reader)
            {
                steps.Add(Read(context, reader, depth));
            }
        }

        return steps;
    }

    private static ParsedStep Read(ParseContext context, ObjectReader reader, int depth)
    {
        var before = context.Problems.Count;
        var id = reader.RequiredName("id") is { } name ? new StepId(name) : default(StepId?);
        var type = reader.RequiredString("type");
        var dependsOn = ReadDependsOn(reader);
        var references = new List<TemplateReference>();
        var common = new StepCommon
        {
            Id = id ?? new StepId("unnamed"),
            Pointer = reader.Pointer,
            Name = reader.OptionalString("name"),
            DependsOn = [.. dependsOn.Select(dependency => dependency.Id).Distinct()],
            Enabled = reader.OptionalBool("enabled") ?? true,
            Condition = ReadCondition(context, reader, references),
            Timeout = reader.OptionalNumber("timeout_s", 0.001, MaxTimeoutSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Retry = RetryReader.Read(reader),
            OnError = reader.OptionalEnum("on_error", OnErrorWords) ?? OnError.Fail,
            Idempotent = reader.OptionalBool("idempotent"),
            InputSchema = context.Schema(reader, "input_schema"),
            OutputSchema = context.Schema(reader, "output_schema"),
        };

        IReadOnlyList<ParsedStep>? body = null;
        var typed = new TypedStepReader(context, reader, common, references);
        var definition = type switch
        {
            null => null,
            StepTypes.McpCall => typed.McpCall(),
            StepTypes.Transform => typed.Transform(),
            StepTypes.Wait => typed.Wait(),
            StepTypes.ForEach => typed.ForEach(depth, out body),
            _ => ReportType(reader, type),
        };
        if (type is not null && StepTypes.Available.Contains(type, StringComparer.Ordinal))
        {
            reader.Done();
        }

        return new ParsedStep(id, reader.Pointer, dependsOn, references, body, context.Problems.Count == before ? definition : null);
    }

    private static StepDefinition? ReportType(ObjectReader reader, string type)
    {
        if (StepTypes.NotYet.Contains(type, StringComparer.Ordinal))
        {
            reader.Report("type", ProblemCodes.StepTypeNotAvailable, $"The step type '{type}' is not available yet.", $"This version runs {string.Join(", ", StepTypes.Available)}.");
        }
        else
        {
            reader.Report("type", ProblemCodes.UnknownStepType, "There is no such step type.", DidYouMean.Hint(type, StepTypes.Available.Concat(StepTypes.NotYet), "Use a type of docs/workflow-format.md."));
        }

        return null;
    }

    private static List<(StepId Id, string Pointer)> ReadDependsOn(ObjectReader reader)
    {
        var found = new List<(StepId, string)>();
        foreach (var (item, pointer) in reader.OptionalArray("depends_on") ?? [])
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                reader.ReportAt(pointer, ProblemCodes.WrongType, $"An item of 'depends_on' is a string, not {JsonWords.Kind(item)}.", "Write the id of a step.");
            }
            else if (item.GetString() is { } text && reader.CheckName(text, pointer, "An item of 'depends_on'"))
            {
                found.Add((new StepId(text), pointer));
            }
        }

        return found;
    }

    private static string? ReadCondition(ParseContext context, ObjectReader reader, List<TemplateReference> references)
    {
        if (reader.OptionalValue("condition") is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetRawText();
        }

        if (reader.OptionalString("condition") is not { } text)
        {
            return null;
        }

        context.CheckCondition(text, reader.PointerOf("condition"), references);
        return text;
    }
}

/// <summary>What every step has, before its type is known.</summary>
internal sealed record StepCommon : StepDefinition;
