using System.Text.Json;

namespace AgentRuntime.Workflows.Templates;

/// <summary>One <c>{{ ... }}</c>: operands of which the first with a value wins.</summary>
/// <param name="Operands">At least one.</param>
/// <param name="Omit">Whether the member or item is left out when no operand has a value.</param>
/// <param name="Text">As written, with the braces.</param>
internal sealed record Template(TemplateOperand[] Operands, bool Omit, string Text)
{
    /// <summary>The value; <c>null</c> when there is none. JSON null is given only when no operand has another value.</summary>
    public JsonElement? Resolve(TemplateScope scope)
    {
        JsonElement? nothing = null;
        foreach (var operand in Operands)
        {
            if (operand.TryResolve(scope, out var value))
            {
                if (value.ValueKind != JsonValueKind.Null)
                {
                    return value;
                }

                nothing = value;
            }
        }

        return nothing;
    }
}

/// <summary>A literal or a reference.</summary>
internal readonly record struct TemplateOperand(JsonElement Literal, TemplateReference? Reference)
{
    public bool TryResolve(TemplateScope scope, out JsonElement value)
    {
        value = Literal;
        return Reference is null || Reference.TryResolve(scope, out value);
    }
}
