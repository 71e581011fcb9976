namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>A SendGrid key: <c>SG.</c>, an id, a point, a secret.</summary>
internal sealed class SendGridRule() : ShapeRule("sendgrid-key", "SG.")
{
    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        var id = window.RunEnd(Anchor.Length, ByteSets.WordDash);
        if (IsWord(window.Before) || id - Anchor.Length < 16 || window.At(id) != (byte)'.')
        {
            return ShapeVerdict.No;
        }

        var end = window.RunEnd(id + 1, ByteSets.WordDash);
        return end - id > 16 ? new ShapeVerdict(0, end, ByteSets.WordDash) : ShapeVerdict.No;
    }
}
