namespace AgentRuntime.Workflows.Schemas;

/// <summary>One place where a value does not fit its schema. Quotes no value.</summary>
/// <param name="Pointer">The JSON pointer inside the value.</param>
/// <param name="Message">What the schema asks for.</param>
public sealed record JsonSchemaViolation(string Pointer, string Message);

/// <summary>One thing wrong with a schema.</summary>
/// <param name="Pointer">The JSON pointer inside the schema.</param>
/// <param name="Code">One of <see cref="ProblemCodes"/>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do.</param>
public sealed record JsonSchemaProblem(string Pointer, string Code, string Message, string Fix);
