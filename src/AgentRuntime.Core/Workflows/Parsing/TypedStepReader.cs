using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>Reads what belongs to one type of step.</summary>
internal sealed partial class TypedStepReader(ParseContext context, ObjectReader reader, StepCommon common, List<TemplateReference> references)
{
    private const int MaxLoopDepth = 4;
    private const double MaxWaitSeconds = 31_536_000;

    private static readonly JsonElement NoArguments = JsonElement.Parse("{}");

    private static readonly Dictionary<string, ForEachErrorPolicy> ErrorPolicies = new(StringComparer.Ordinal)
    {
        ["fail_fast"] = ForEachErrorPolicy.FailFast,
        ["continue_on_error"] = ForEachErrorPolicy.ContinueOnError,
    };

    public McpCallStep? McpCall()
    {
        var server = new ServerLookup(context, reader).Read(out var tool);
        var arguments = NoArguments;
        if (reader.OptionalValue("tool_args") is { } given)
        {
            if (given.ValueKind == JsonValueKind.Object)
            {
                arguments = given;
                _ = context.CheckTemplates(given, reader.PointerOf("tool_args"), references);
            }
            else
            {
                _ = reader.OptionalObject("tool_args");
            }
        }

        return server is { } found && tool is { } name
            ? With(new McpCallStep { Id = common.Id, Pointer = common.Pointer, Server = found, Tool = name, Arguments = arguments })
            : null;
    }

    public TransformStep? Transform()
    {
        if (reader.RequiredString("expression") is not { } expression)
        {
            return null;
        }

        context.CheckExpression(expression, reader.PointerOf("expression"), references);
        return With(new TransformStep { Id = common.Id, Pointer = common.Pointer, Expression = expression });
    }

    public WaitStep Wait()
    {
        var (seconds, until) = (reader.OptionalValue("seconds"), reader.OptionalValue("until"));
        if (seconds is null == until is null)
        {
            reader.ReportAt(reader.Pointer, ProblemCodes.ExactlyOne, "A wait has exactly one of 'seconds' and 'until'.", "Write \"seconds\": 30 or \"until\": \"2026-01-01T09:00:00Z\".");
        }

        if (seconds is { } duration && !IsWholeTemplate(duration, "seconds"))
        {
            _ = reader.OptionalNumber("seconds", 0, MaxWaitSeconds);
        }

        if (until is { } time && !IsWholeTemplate(time, "until") && reader.OptionalString("until") is { } text && !IsTime(text))
        {
            reader.Report("until", ProblemCodes.BadTime, "'until' is no time of RFC 3339.", "Write a time with its offset, such as 2026-01-01T09:00:00Z.");
        }

        return With(new WaitStep { Id = common.Id, Pointer = common.Pointer, Seconds = seconds, Until = until });
    }

    public ForEachStep? ForEach(int depth, out IReadOnlyList<ParsedStep>? body)
    {
        var items = reader.RequiredValue("for_each_items");
        if (items is { ValueKind: JsonValueKind.Array } list)
        {
            _ = context.CheckTemplates(list, reader.PointerOf("for_each_items"), references);
        }
        else if (items is { } value && !IsWholeTemplate(value, "for_each_items"))
        {
            reader.Report("for_each_items", ProblemCodes.WrongType, "'for_each_items' is an array or one template.", "Write {{steps.ID.result.list}} or [ ... ].");
        }

        var parallel = reader.OptionalInt("for_each_max_parallel", 1, 100) ?? 10;
        var policy = reader.OptionalEnum("for_each_error_policy", ErrorPolicies) ?? ForEachErrorPolicy.FailFast;
        body = ReadBody(depth);
        return items is { } source && body is not null && body.All(step => step.Definition is not null)
            ? With(new ForEachStep
            {
                Id = common.Id,
                Pointer = common.Pointer,
                Items = source,
                Body = [.. body.Select(step => step.Definition!)],
                MaxParallel = parallel,
                ErrorPolicy = policy,
            })
            : null;
    }

    private List<ParsedStep>? ReadBody(int depth)
    {
        if (reader.RequiredArray("for_each_body_steps") is not { } list)
        {
            return null;
        }

        if (list.Count == 0)
        {
            reader.Report("for_each_body_steps", ProblemCodes.OutOfRange, "The loop has no steps.", "Add a step to its body.");
        }

        if (depth >= MaxLoopDepth)
        {
            reader.Report("for_each_body_steps", ProblemCodes.TooDeep, $"Loops are nested deeper than {MaxLoopDepth} levels.", "Move the inner loop into a step of its own that follows.", key: true);
            return null;
        }

        return StepReader.ReadList(context, list, depth + 1);
    }

    /// <summary>Whether the value is a string that holds a template; then it must hold nothing else.</summary>
    private bool IsWholeTemplate(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String || !value.GetString()!.Contains(TemplateParser.Open, StringComparison.Ordinal))
        {
            return false;
        }

        var before = context.Problems.Count;
        if (!context.CheckTemplates(value, reader.PointerOf(name), references) && context.Problems.Count == before)
        {
            reader.Report(name, ProblemCodes.WrongType, $"'{name}' mixes a template with other text.", "Write one template and nothing else.");
        }

        return true;
    }

    private T With<T>(T step)
        where T : StepDefinition => step with
        {
            Name = common.Name,
            DependsOn = common.DependsOn,
            Enabled = common.Enabled,
            Condition = common.Condition,
            Timeout = common.Timeout,
            Retry = common.Retry,
            OnError = common.OnError,
            Idempotent = common.Idempotent,
            InputSchema = common.InputSchema,
            OutputSchema = common.OutputSchema,
        };

    private static bool IsTime(string text) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rfc3339();
}
