namespace AgentRuntime.Storage.Sqlite;

/// <summary>Where the journal of a workspace lives and how patient it is.</summary>
public sealed record SqliteRunDatabaseOptions
{
    /// <summary>The database file. Created with its folder when missing, readable by its owner only.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The file that keeps the head of the audit chain, in a place that a copy or a loss of the workspace does not touch, such as the user's configuration
    /// folder. <c>null</c> keeps none; then a cut-off end of the chain is not noticed.
    /// </summary>
    public string? AnchorPath { get; init; }

    /// <summary>The workspace's id, which the anchor names. Needed with <see cref="AnchorPath"/>.</summary>
    public string WorkspaceId { get; init; } = string.Empty;

    /// <summary>How long a commit waits while another process writes, before it fails. Default 5 s, at least 0.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A statement that the writer runs before each transaction. Tests limit the size of the file with it, or make it read-only.</summary>
    internal Func<string?>? WriterPragma { get; init; }
}
