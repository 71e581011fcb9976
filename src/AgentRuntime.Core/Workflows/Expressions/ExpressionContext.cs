using AgentRuntime.Names;
using AgentRuntime.Workflows.Templates;
using Newtonsoft.Json.Linq;

namespace AgentRuntime.Workflows.Expressions;

/// <summary>Builds the document that an expression runs over. It holds what the expression names and the scope shows, and nothing else.</summary>
internal static class ExpressionContext
{
    public static JObject Build(TemplateScope scope, ExpressionJson json, IReadOnlyList<TemplateReference> references, bool whole)
    {
        var needs = new HashSet<(TemplateRoot Root, StepId? Step)>();
        var named = new HashSet<TemplateRoot>();
        foreach (var reference in references)
        {
            needs.Add((reference.Root, reference.Step));
            named.Add(reference.Root);
        }

        bool Uses(TemplateRoot root) => whole || named.Contains(root);
        bool Needs(TemplateRoot root, StepId step) => whole || needs.Contains((root, step)) || needs.Contains((root, null));

        var context = new JObject();
        foreach (var (root, name) in new[] { (TemplateRoot.Input, "input"), (TemplateRoot.Run, "run"), (TemplateRoot.Item, "item"), (TemplateRoot.Index, "index") })
        {
            if (Uses(root) && scope.TryGet(root, null, out var value))
            {
                context[name] = json.ToTree(value);
            }
        }

        if (Uses(TemplateRoot.StepResult) || Uses(TemplateRoot.StepInput))
        {
            context["steps"] = Steps(scope, json, Needs);
        }

        if (scope.Item is not null && Uses(TemplateRoot.Body))
        {
            var body = new JObject();
            foreach (var (id, data) in scope.VisibleBody())
            {
                if (Needs(TemplateRoot.Body, id) && data.Result is { } result)
                {
                    body[id.Value] = json.ToTree(result);
                }
            }

            context["body"] = body;
        }

        return context;
    }

    private static JObject Steps(TemplateScope scope, ExpressionJson json, Func<TemplateRoot, StepId, bool> needs)
    {
        var steps = new JObject();
        foreach (var (id, data) in scope.VisibleSteps())
        {
            var step = new JObject();
            if (needs(TemplateRoot.StepResult, id) && data.Result is { } result)
            {
                step["result"] = json.ToTree(result);
            }

            if (needs(TemplateRoot.StepInput, id) && data.Input is { } input)
            {
                step["input"] = json.ToTree(input);
            }

            if (step.Count > 0)
            {
                steps[id.Value] = step;
            }
        }

        return steps;
    }
}
