using System.Runtime.InteropServices;

namespace AgentRuntime.Scrubbing;

/// <summary>A string with the shape of a credential.</summary>
/// <param name="Kind">What it looks like, such as <c>github-token</c>; lower case, digits and dashes.</param>
/// <param name="Start">Its first character.</param>
/// <param name="Length">Its length in characters.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ShapeMatch(string Kind, int Start, int Length);
