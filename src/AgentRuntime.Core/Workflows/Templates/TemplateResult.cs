using System.Text.Json;

namespace AgentRuntime.Workflows.Templates;

/// <summary>A resolved value, or the template that could not be resolved.</summary>
public readonly record struct TemplateResult
{
    private TemplateResult(JsonElement value, UnresolvedTemplate? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value; meaningful only without an error.</summary>
    public JsonElement Value { get; }

    /// <summary>What could not be resolved, or <c>null</c>.</summary>
    public UnresolvedTemplate? Error { get; }

    /// <summary>Whether there is a value.</summary>
    public bool IsResolved => Error is null;

    internal static TemplateResult Of(JsonElement value) => new(value, null);

    internal static TemplateResult Unresolved(UnresolvedTemplate error) => new(default, error);
}

/// <summary>A template without a value.</summary>
/// <param name="Pointer">The JSON pointer of the string that holds it.</param>
/// <param name="Template">The template as written; safe to print, because definitions are clean.</param>
/// <param name="Message">What is missing and what to do; quotes no value.</param>
public sealed record UnresolvedTemplate(string Pointer, string Template, string Message);
