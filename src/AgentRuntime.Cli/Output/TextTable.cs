namespace AgentRuntime.Cli.Output;

/// <summary>Rows under headings.</summary>
internal sealed class TextTable(params string[] columns)
{
    private readonly List<IReadOnlyList<Piece>> _rows = [];

    /// <summary>The headings.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>The rows.</summary>
    public IReadOnlyList<IReadOnlyList<Piece>> Rows => _rows;

    /// <summary>Adds a row with one piece for each column.</summary>
    public void Add(params Piece[] cells)
    {
        if (cells.Length != Columns.Count)
        {
            throw new ArgumentException($"A row of this table has {Columns.Count} cells.", nameof(cells));
        }

        _rows.Add(cells);
    }
}
