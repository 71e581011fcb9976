namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>A JSON Web Token in compact form (RFC 7519).</summary>
internal sealed class JwtRule() : ShapeRule("jwt", "eyJ")
{
    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        if (IsWord(window.Before))
        {
            return ShapeVerdict.No;
        }

        var header = window.RunEnd(0, ByteSets.WordDash);
        if (header < 12 || window.At(header) != (byte)'.')
        {
            return ShapeVerdict.No;
        }

        var payload = window.RunEnd(header + 1, ByteSets.WordDash);
        if (payload - header - 1 < 12)
        {
            return ShapeVerdict.No;
        }

        var end = window.At(payload) == (byte)'.' ? window.RunEnd(payload + 1, ByteSets.WordDashDot) : payload;
        return end - payload > 16 || window.Text[(header + 1)..].StartsWith("eyJ"u8) ? new ShapeVerdict(0, end, ByteSets.WordDashDot) : ShapeVerdict.No;
    }
}
