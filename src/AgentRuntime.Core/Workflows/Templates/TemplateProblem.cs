namespace AgentRuntime.Workflows.Templates;

/// <summary>One thing wrong with a template. Quotes nothing that may be a secret.</summary>
/// <param name="Pointer">The JSON pointer of the string (or of the member, for a template in a member name).</param>
/// <param name="Offset">Where in the text, from 0.</param>
/// <param name="Code">One of <see cref="ProblemCodes"/>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do.</param>
public sealed record TemplateProblem(string Pointer, int Offset, string Code, string Message, string Fix);
