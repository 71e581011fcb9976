namespace AgentRuntime.Workflows;

/// <summary>One thing wrong with one file. Never quotes a value that may be a secret.</summary>
/// <param name="File">The file, as the user named it or relative to the workspace.</param>
/// <param name="Pointer">The JSON pointer (RFC 6901) of the place; empty for the whole document.</param>
/// <param name="Line">From 1; 0 when there is no place.</param>
/// <param name="Column">From 1, in characters; 0 when there is no place.</param>
/// <param name="Code">For programs and for the documentation, such as <c>unknown_member</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do.</param>
public sealed record Problem(string File, string Pointer, int Line, int Column, string Code, string Message, string Fix);

/// <summary>A value, or everything that is wrong with it.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Value">The value; meaningful only when there are no problems.</param>
/// <param name="Problems">All problems.</param>
public sealed record Checked<T>(T? Value, IReadOnlyList<Problem> Problems)
    where T : class
{
    /// <summary>Whether there are no problems.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool IsValid => Problems.Count == 0 && Value is not null;
}
