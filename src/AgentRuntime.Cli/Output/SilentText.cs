namespace AgentRuntime.Cli.Output;

/// <summary>Says nothing: with <c>--json</c> the document is the only output.</summary>
internal sealed class SilentText : ITextOutput
{
    /// <inheritdoc/>
    public void Line(params Piece[] pieces)
    {
    }

    /// <inheritdoc/>
    public void Table(TextTable table)
    {
    }
}
