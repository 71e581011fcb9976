using System.Text;

namespace AgentRuntime.Cli.Output;

/// <summary>Lines and aligned columns without colour, for pipes and files.</summary>
internal sealed class PlainText(TextWriter writer) : ITextOutput
{
    /// <inheritdoc/>
    public void Line(params Piece[] pieces) => writer.WriteLine(string.Concat(pieces.Select(piece => piece.Clean)));

    /// <inheritdoc/>
    public void Table(TextTable table)
    {
        var widths = table.Columns
            .Select((column, i) => table.Rows.Select(row => row[i].Clean.Length).Append(column.Length).Max())
            .ToArray();
        var text = new StringBuilder();
        AppendRow(text, table.Columns, widths);
        foreach (var row in table.Rows)
        {
            AppendRow(text, [.. row.Select(cell => cell.Clean)], widths);
        }

        writer.Write(text.ToString());
        writer.Flush();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        var line = string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i])));
        text.Append(line.TrimEnd()).Append('\n');
    }
}
