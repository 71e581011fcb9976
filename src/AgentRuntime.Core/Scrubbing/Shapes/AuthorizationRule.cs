using System.Buffers.Text;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>The credentials of an <c>Authorization</c> header (RFC 9110 section 11.4): after <c>Bearer</c> any long token, after <c>Basic</c> base64 with a colon in it.</summary>
internal sealed class AuthorizationRule(string scheme) : ShapeRule(scheme + "-credential", scheme, ignoreCase: true)
{
    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        if (IsWord(window.Before))
        {
            return ShapeVerdict.No;
        }

        var start = window.RunEnd(Anchor.Length, ByteSets.Blank);
        if (start == Anchor.Length && window.HasAt(start, "%20"u8))
        {
            start += 3;
        }

        if (start == Anchor.Length)
        {
            return ShapeVerdict.No;
        }

        var end = window.RunEnd(start, ByteSets.Token68);
        var value = window.Text[start..end];
        var fits = Kind.StartsWith("basic", StringComparison.Ordinal) ? IsBasic(value) : value.Length >= 16 && ValueTests.IsMixed(value) && !value.StartsWith("http"u8);
        return fits ? new ShapeVerdict(start, end, ByteSets.Token68) : ShapeVerdict.No;
    }

    private static bool IsBasic(ReadOnlySpan<byte> value)
    {
        var text = value.TrimEnd((byte)'=');
        if (text.Length is < 6 or > 2048)
        {
            return false;
        }

        var padded = new byte[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        text.CopyTo(padded);
        var decoded = new byte[padded.Length];
        return Base64.DecodeFromUtf8(padded, decoded, out _, out var written) == System.Buffers.OperationStatus.Done
            && decoded.AsSpan(0, written).Contains((byte)':')
            && decoded.AsSpan(0, written).IndexOfAnyInRange((byte)0, (byte)0x1f) < 0;
    }
}
