using AgentRuntime.Names;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>A step as far as it could be read. Broken steps stay in the list, so that what depends on them is still understood.</summary>
/// <param name="Id">Its id, if it has a well-formed one.</param>
/// <param name="Pointer">Where it stands.</param>
/// <param name="DependsOn">What it waits for, each with its place.</param>
/// <param name="References">What its templates and expressions name.</param>
/// <param name="Body">The steps of its body, for a loop.</param>
/// <param name="Definition">The definition; <c>null</c> when something is wrong with it.</param>
internal sealed record ParsedStep(
    StepId? Id,
    string Pointer,
    IReadOnlyList<(StepId Id, string Pointer)> DependsOn,
    IReadOnlyList<TemplateReference> References,
    IReadOnlyList<ParsedStep>? Body,
    StepDefinition? Definition);
