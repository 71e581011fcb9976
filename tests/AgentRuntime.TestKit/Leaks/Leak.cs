namespace AgentRuntime.TestKit.Leaks;

/// <summary>A piece of a canary in a haystack. Never holds the canary itself.</summary>
/// <param name="Where">The file or the name of the haystack.</param>
/// <param name="Offset">Where the piece begins, in bytes; in a decoded view, its place in that view.</param>
/// <param name="Encoding">How it was written, outermost first, such as <c>json &gt; base64</c>.</param>
/// <param name="Canary">The name of the canary.</param>
/// <param name="FragmentStart">Which byte of the canary the piece begins with.</param>
/// <param name="FragmentLength">How many bytes of the canary were compared: 16, or the whole of a shorter one.</param>
public sealed record Leak(string Where, long Offset, string Encoding, string Canary, int FragmentStart, int FragmentLength)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where} at {Offset}: bytes {FragmentStart}..{FragmentStart + FragmentLength} of '{Canary}' ({Encoding})";
}
