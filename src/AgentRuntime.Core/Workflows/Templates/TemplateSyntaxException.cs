namespace AgentRuntime.Workflows.Templates;

/// <summary>Leaves the parser at the first mistake of one template; never leaves the parser itself. Its message is for authors and quotes no value.</summary>
internal sealed class TemplateSyntaxException(int offset, string code, string message, string fix) : Exception(message)
{
    public int Offset { get; } = offset;

    public string Code { get; } = code;

    public string Fix { get; } = fix;
}
