namespace AgentRuntime.Cli.Leaks;

/// <summary>What a search for credentials found.</summary>
/// <param name="Files">How many files were searched.</param>
/// <param name="Bytes">How many bytes, inside archives too.</param>
/// <param name="Values">How many credential versions were looked for.</param>
/// <param name="Hits">Where values were found.</param>
/// <param name="Unreadable">Files that could not be searched.</param>
internal sealed record LeakReport(int Files, long Bytes, int Values, IReadOnlyList<LeakHit> Hits, IReadOnlyList<string> Unreadable);

/// <summary>One place with a value.</summary>
/// <param name="Place">The file, and the way inside an archive.</param>
/// <param name="Offset">The byte near which it was found.</param>
/// <param name="Label">Which credential and version; never the value.</param>
/// <param name="Count">How many times nearby.</param>
internal sealed record LeakHit(string Place, long Offset, string Label, int Count);
