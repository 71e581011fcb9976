namespace AgentRuntime.Workflows.Clean;

/// <summary>Checks one text against the rules of clean definitions.</summary>
internal static class CleanText
{
    /// <summary>Everything in the text that a definition must not hold, at most one finding for each code.</summary>
    /// <param name="text">The text.</param>
    /// <param name="label">The name of the member that holds it, or <c>null</c>.</param>
    public static IEnumerable<CleanFinding> Check(string text, string? label)
    {
        if (text.Length < 2)
        {
            yield break;
        }

        var template = TemplateText.Read(text);
        if (Literal(text, template, label) is { } literal)
        {
            yield return literal;
        }

        var secret = ReferencePatterns.HasSecretReference(text, template);
        if (secret)
        {
            yield return CleanFinding.Secret();
        }

        if (!secret && ReferencePatterns.HasEnvironmentReference(text, template))
        {
            yield return CleanFinding.Environment();
        }

        if (UrlPatterns.Find(template) is { } url)
        {
            yield return url;
        }

        if (UrlPatterns.HasNamedValue(template))
        {
            yield return CleanFinding.Argument("This text names a credential and gives it a value.");
        }

        if (template.Parts.Any(IsCredentialInput))
        {
            yield return CleanFinding.Argument("A template here takes a credential from the run's input.");
        }
    }

    private static CleanFinding? Literal(string text, TemplateText template, string? label) =>
        LiteralShapes.HasShape(text) ? CleanFinding.Literal("what has the shape of a credential")
        : LiteralShapes.HasTemplatedShape(text) ? CleanFinding.Literal("the beginning of a credential that a template completes")
        : !template.IsPlain && LiteralShapes.HasShape(template.Joined) ? CleanFinding.Literal("a credential in pieces")
        : Randomness.HasRandomLiteral(template.IsPlain ? text : template.Joined, label) ? CleanFinding.Literal("a long random literal, as credentials are")
        : null;

    private static bool IsCredentialInput(string part)
    {
        var names = part.Split('.', StringSplitOptions.TrimEntries);
        return names.Length > 1 && names[0] == "input" && CredentialWords.IsCredentialName(names[^1]);
    }
}
