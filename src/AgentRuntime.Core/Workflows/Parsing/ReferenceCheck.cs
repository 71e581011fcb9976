using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>Checks the graph of each list of steps, and that every template and expression uses only what has ended before.</summary>
internal sealed class ReferenceCheck(ParseContext context)
{
    public void Check(IReadOnlyList<ParsedStep> steps, IReadOnlyList<TemplateReference> outputs)
    {
        var root = CheckLevel(steps, null, -1);
        foreach (var reference in outputs)
        {
            if (reference.Root is TemplateRoot.Item or TemplateRoot.Index or TemplateRoot.Body)
            {
                ReportOutside(reference);
            }
            else if (reference.Step is { } id && root.Graph.IndexOf(id) < 0)
            {
                ReportUnknown(reference, id, root.Graph.Ids);
            }
        }
    }

    private Level CheckLevel(IReadOnlyList<ParsedStep> all, Level? outer, int loop)
    {
        var steps = all.Where(step => step.Id is not null).ToArray();
        var problems = new List<GraphProblem>();
        var graph = DependencyGraph.Build([.. steps.Select(step => new DependencyNode(step.Id!.Value, step.Pointer, step.DependsOn))], problems);
        foreach (var problem in problems)
        {
            context.Problems.Add(context.Source.ProblemAt(problem.Pointer, problem.Code, problem.Message, problem.Fix));
        }

        var level = new Level(graph, outer, loop);
        for (var i = 0; i < steps.Length; i++)
        {
            CheckShadow(level, steps[i]);
            foreach (var reference in steps[i].References)
            {
                Check(level, i, reference);
            }

            if (steps[i].Body is { } body)
            {
                CheckLevel(body, level, i);
            }
        }

        return level;
    }

    /// <summary>Inside nested loops <c>body.X</c> must mean one step.</summary>
    private void CheckShadow(Level level, ParsedStep step)
    {
        for (var around = level.Outer; around?.Outer is not null; around = around.Outer)
        {
            if (around.Graph.IndexOf(step.Id!.Value) >= 0)
            {
                context.Problems.Add(context.Source.ProblemAt(
                    $"{step.Pointer}/id",
                    ProblemCodes.DuplicateStepId,
                    "A step of the loop around this one has the same id, so that body.ID would be ambiguous.",
                    "Give the step another id."));
                return;
            }
        }
    }

    private void Check(Level level, int step, TemplateReference reference)
    {
        switch (reference.Root)
        {
            case TemplateRoot.Item or TemplateRoot.Index or TemplateRoot.Body when level.Outer is null:
                ReportOutside(reference);
                break;
            case TemplateRoot.Body when reference.Step is { } id:
                CheckBody(level, step, reference, id);
                break;
            case TemplateRoot.StepResult or TemplateRoot.StepInput when reference.Step is { } id:
                CheckStep(level, step, reference, id);
                break;
        }
    }

    private void CheckStep(Level level, int step, TemplateReference reference, StepId id)
    {
        var inBody = false;
        while (level.Outer is { } outer)
        {
            inBody |= level.Graph.IndexOf(id) >= 0;
            (step, level) = (level.Loop, outer);
        }

        var target = level.Graph.IndexOf(id);
        if (target < 0 && inBody)
        {
            context.Add(reference.Pointer, reference.Offset, ProblemCodes.UnknownStep, $"{Quote(id)} is a step of the loop's body.", $"Write body.{Plain(id)}, which is its result.");
        }
        else if (target < 0)
        {
            ReportUnknown(reference, id, level.Graph.Ids);
        }
        else if (!level.Graph.IsAncestor(target, step))
        {
            ReportNotAncestor(reference, id, target == step);
        }
    }

    private void CheckBody(Level level, int step, TemplateReference reference, StepId id)
    {
        var known = new List<StepId>();
        while (level.Outer is { } outer)
        {
            var target = level.Graph.IndexOf(id);
            if (target >= 0)
            {
                if (!level.Graph.IsAncestor(target, step))
                {
                    ReportNotAncestor(reference, id, target == step);
                }

                return;
            }

            known.AddRange(level.Graph.Ids);
            (step, level) = (level.Loop, outer);
        }

        if (level.Graph.IndexOf(id) >= 0)
        {
            context.Add(reference.Pointer, reference.Offset, ProblemCodes.UnknownStep, $"{Quote(id)} is no step of the loop's body but of the workflow.", $"Write steps.{Plain(id)}.result.");
        }
        else
        {
            ReportUnknown(reference, id, known);
        }
    }

    private void ReportOutside(TemplateReference reference) =>
        context.Add(reference.Pointer, reference.Offset, ProblemCodes.OutsideLoop, "'item', 'index' and 'body' exist only inside the body of a for_each.", "Use input, steps or run here.");

    private void ReportUnknown(TemplateReference reference, StepId id, IEnumerable<StepId> known) =>
        context.Add(reference.Pointer, reference.Offset, ProblemCodes.UnknownStep, $"There is no step {Quote(id)} here.", DidYouMean.Hint(id.Value, known.Select(step => step.Value), "Name a step of this workflow."));

    private void ReportNotAncestor(TemplateReference reference, StepId id, bool self) =>
        context.Add(
            reference.Pointer,
            reference.Offset,
            ProblemCodes.NotAnAncestor,
            self ? $"{Quote(id)} is this step itself, or the loop it is in, and has not ended yet." : $"{Quote(id)} need not have ended before this step starts.",
            self ? "Use the result of an earlier step." : $"Add \"{Plain(id)}\" to depends_on, or depend on a step that depends on it.");

    private static string Quote(StepId id) => PrintableName.Quote(id.Value, "The step");

    private static string Plain(StepId id) => PrintableName.IsSafe(id.Value) ? id.Value : "ID";

    /// <summary>One list of steps.</summary>
    /// <param name="Graph">Its graph.</param>
    /// <param name="Outer">The list that holds the loop; <c>null</c> for the workflow's own list.</param>
    /// <param name="Loop">The loop's place in <paramref name="Outer"/>.</param>
    private sealed record Level(DependencyGraph Graph, Level? Outer, int Loop);
}
