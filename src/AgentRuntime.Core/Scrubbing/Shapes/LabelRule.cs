namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>One of our own labels: nothing in it is looked at, so that scrubbing twice changes nothing.</summary>
internal sealed class LabelRule() : ShapeRule("label", "[redacted:")
{
    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        var at = Anchor.Length;
        if (window.HasAt(at, "shape:"u8))
        {
            var kind = window.RunEnd(at + 6, ByteSets.WordDash);
            var print = window.RunEnd(kind + 1, ByteSets.Hex);
            return kind - at < 60 && window.At(kind) == (byte)':' && print - kind - 1 == Fingerprint.Length && window.At(print) == (byte)']'
                ? new ShapeVerdict(0, print + 1, Skip: true)
                : ShapeVerdict.No;
        }

        var server = window.RunEnd(at, ByteSets.WordDashDot);
        var scope = window.RunEnd(server + 1, ByteSets.WordDashDot);
        var version = window.RunEnd(scope + 1, ByteSets.WordDashDot);
        return window.At(server) == (byte)'/' && window.At(scope) == (byte)'#' && window.At(version) == (byte)']'
            && server - at <= 128 && scope - server <= 129 && version - scope <= 129
            ? new ShapeVerdict(0, version + 1, Skip: true)
            : ShapeVerdict.No;
    }
}
