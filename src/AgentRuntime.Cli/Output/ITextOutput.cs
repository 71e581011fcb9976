namespace AgentRuntime.Cli.Output;

/// <summary>Text for people. Silent with <c>--json</c>.</summary>
internal interface ITextOutput
{
    /// <summary>Writes one line.</summary>
    void Line(params Piece[] pieces);

    /// <summary>Writes a table.</summary>
    void Table(TextTable table);
}
