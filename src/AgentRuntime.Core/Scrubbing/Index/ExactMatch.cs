namespace AgentRuntime.Scrubbing.Index;

/// <summary>A maximal piece of a form, found in a text.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after it.</param>
/// <param name="Form">The form that it is a piece of.</param>
internal readonly record struct ExactMatch(int Start, int End, IndexedForm Form)
{
    /// <summary>The last place at which a shortest piece of the form begins in it.</summary>
    public int LastPiece { get; init; } = End - Form.MinMatch;
}
