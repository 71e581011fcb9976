namespace AgentRuntime.Scrubbing;

/// <summary>A known value, or a piece of it, in a file. Never holds the value.</summary>
/// <param name="File">The file as it was named or found; scrubbed.</param>
/// <param name="Entry">The entry of the archive, or <c>null</c>; scrubbed.</param>
/// <param name="Offset">Its first byte in the file or, unpacked, in the entry; -1 when it is in the name.</param>
/// <param name="Label">Which credential and version, such as <c>[redacted:crm/read#v3]</c>.</param>
/// <param name="Encoding">How it is written: <c>raw</c>, <c>base64</c>, <c>hex</c>, <c>escaped</c> ...</param>
public sealed record LeakFinding(string File, string? Entry, long Offset, string Label, string Encoding);

/// <summary>What a search found.</summary>
/// <param name="Findings">The first findings, in order; at most <see cref="LeakSearch.MaxFindings"/>.</param>
/// <param name="TotalFindings">How many there are.</param>
/// <param name="Files">How many files were searched.</param>
/// <param name="Bytes">How many bytes were searched, unpacked ones included.</param>
/// <param name="Problems">Files that could not be searched to the end, and why; then "nothing found" is no proof.</param>
public sealed record LeakSearchResult(IReadOnlyList<LeakFinding> Findings, long TotalFindings, long Files, long Bytes, IReadOnlyList<string> Problems);
