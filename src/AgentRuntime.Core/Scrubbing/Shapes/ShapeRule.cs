using System.Buffers;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>One kind of credential: the bytes that it begins with, and what must follow.</summary>
internal abstract class ShapeRule(string kind, string anchor, bool ignoreCase = false)
{
    /// <summary>The kind as it stands in the label.</summary>
    public string Kind { get; } = kind;

    /// <summary>At least three bytes; lower case when letter case does not matter.</summary>
    public byte[] Anchor { get; } = System.Text.Encoding.ASCII.GetBytes(anchor);

    public bool IgnoreCase { get; } = ignoreCase;

    /// <summary>Decides at an anchor. Looks at nothing but the window.</summary>
    public abstract ShapeVerdict Verify(ref ShapeWindow window);

    /// <summary>Whether two bytes belong to one word.</summary>
    protected static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'-';
}

/// <summary>What a rule decided.</summary>
/// <param name="Start">The first byte to redact, from the anchor.</param>
/// <param name="End">The byte after the last; no match when it is 0.</param>
/// <param name="More">When the credential reaches the end of the window: it goes on over these bytes; for PEM see <see cref="PemRule"/>.</param>
/// <param name="Skip">The bytes up to <paramref name="End"/> are one of our own labels and stay.</param>
internal readonly record struct ShapeVerdict(int Start, int End, SearchValues<byte>? More = null, bool Skip = false)
{
    public static ShapeVerdict No => default;

    public bool IsMatch => End > 0;
}
