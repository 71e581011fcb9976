using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentRuntime.Cli.Output;

/// <summary>Colours and tables on a terminal.</summary>
internal sealed class TerminalText(IAnsiConsole console) : ITextOutput
{
    /// <inheritdoc/>
    public void Line(params Piece[] pieces)
    {
        var paragraph = new Paragraph();
        foreach (var piece in pieces)
        {
            paragraph.Append(piece.Clean, StyleOf(piece.Tone));
        }

        paragraph.Append("\n");
        console.Write(paragraph);
    }

    /// <inheritdoc/>
    public void Table(TextTable table) => console.Write(Render(table));

    /// <summary>Shows a table that changes.</summary>
    public Task LiveAsync(TextTable first, Func<Action<TextTable>, Task> body) =>
        console.Live(Render(first)).AutoClear(false).StartAsync(context => body(next => context.UpdateTarget(Render(next))));

    private static Table Render(TextTable table)
    {
        var view = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in table.Columns)
        {
            view.AddColumn(new TableColumn(new Text(column, StyleOf(Tone.Strong))));
        }

        foreach (var row in table.Rows)
        {
            view.AddRow(row.Select(IRenderable (cell) => new Text(cell.Clean, StyleOf(cell.Tone))));
        }

        return view;
    }

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Dim => new Style(Color.Grey),
        Tone.Good => new Style(Color.Green),
        Tone.Warn => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        _ => Style.Plain,
    };
}
