namespace AgentRuntime.Workflows.Clean;

/// <summary>Something in a text that a definition must not hold. Never quotes the text.</summary>
/// <param name="Code">One of the codes of clean definitions.</param>
/// <param name="Message">What was found.</param>
/// <param name="Fix">The right way.</param>
internal sealed record CleanFinding(string Code, string Message, string Fix)
{
    private const string RightWay = "The runtime attaches the credential of the tool's scope: list the scope in the server's manifest, store the value with 'agentruntime credentials set SERVER/SCOPE', and add a grant for this workflow.";

    public static CleanFinding Literal(string what) =>
        new(ProblemCodes.CredentialLiteral, $"This text holds {what}.", $"Remove it and treat the value as leaked. {RightWay}");

    public static CleanFinding Environment() =>
        new(ProblemCodes.EnvironmentReference, "This text refers to an environment variable, which a definition cannot do.", $"For a setting, use {{{{input.NAME}}}} or write the value; for a credential: {RightWay}");

    public static CleanFinding Secret() =>
        new(ProblemCodes.SecretReference, "This text refers to a place in a secrets manager, which a definition cannot do.", $"Remove it. {RightWay}");

    public static CleanFinding Url(string what) =>
        new(ProblemCodes.UrlCredential, $"This text holds a URL with {what}.", $"Write the URL without it. {RightWay}");

    public static CleanFinding Argument(string what) =>
        new(ProblemCodes.CredentialArgument, what, $"Remove it: a credential never travels through a definition, an input or an argument. {RightWay}");
}
