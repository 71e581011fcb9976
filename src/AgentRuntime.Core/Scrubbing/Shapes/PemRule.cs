namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>A private key in PEM (RFC 7468): from its BEGIN line to its END line. Without an END, everything that can be body is redacted.</summary>
internal sealed class PemRule() : ShapeRule("private-key", "-----BEGIN ")
{
    private const int LongestEnd = 64;

    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        var end = window.RunEnd(Anchor.Length, ByteSets.PemLabel);
        if (end - Anchor.Length > 48 || !window.HasAt(end, "-----"u8))
        {
            return ShapeVerdict.No;
        }

        return window.Text[Anchor.Length..end].IndexOf("PRIVATE KEY"u8) >= 0 ? new ShapeVerdict(0, end + 5, ByteSets.PemBody) : ShapeVerdict.No;
    }

    /// <summary>How many of the bytes after the BEGIN line belong to the block.</summary>
    /// <param name="rest">What follows.</param>
    /// <param name="final">Whether nothing more will follow.</param>
    /// <param name="done">Whether the block ended.</param>
    public static int Swallow(ReadOnlySpan<byte> rest, bool final, out bool done)
    {
        var at = 0;
        while (true)
        {
            var length = rest[at..].IndexOfAnyExcept(ByteSets.PemBody);
            if (length < 0)
            {
                done = final;
                return rest.Length;
            }

            at += length;
            var tail = rest[at..];
            if (tail[0] != (byte)'-')
            {
                done = true;
                return at;
            }

            if (!final && tail.Length < LongestEnd && !EndIsWhole(tail))
            {
                done = false;
                return at;
            }

            if (tail.StartsWith("-----END "u8))
            {
                var close = tail[9..Math.Min(tail.Length, LongestEnd)].IndexOf("-----"u8);
                done = true;
                return close < 0 ? at + 9 : at + 9 + close + 5;
            }

            if (tail.StartsWith("-----"u8))
            {
                done = true;
                return at;
            }

            at++;
        }
    }

    private static bool EndIsWhole(ReadOnlySpan<byte> tail) =>
        tail.StartsWith("-----END "u8)
            ? tail[9..].IndexOf("-----"u8) >= 0
            : tail.Length >= 9 || !"-----END "u8.StartsWith(tail);
}
