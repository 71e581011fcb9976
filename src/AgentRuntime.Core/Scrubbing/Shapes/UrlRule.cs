namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>The password in <c>scheme://user:password@host</c> (RFC 3986 section 3.2.1), or a token that stands alone before the at sign.</summary>
internal sealed class UrlRule() : ShapeRule("url-password", "://")
{
    private static readonly string[] Placeholders = ["password", "pass", "passwd", "pw", "secret", "user", "username", "token", "x", "xxx"];

    /// <inheritdoc/>
    public override ShapeVerdict Verify(ref ShapeWindow window)
    {
        if (!char.IsAsciiLetterOrDigit((char)window.Before))
        {
            return ShapeVerdict.No;
        }

        var end = window.RunEnd(Anchor.Length, ByteSets.Authority);
        var authority = window.Text[Anchor.Length..end];
        var at = authority.LastIndexOf((byte)'@');
        if (at <= 0)
        {
            return ShapeVerdict.No;
        }

        var colon = authority[..at].IndexOf((byte)':');
        var value = authority[(colon + 1)..at];
        if (value.Length == 0 || (colon < 0 && (value.Length < 16 || !ValueTests.IsMixed(value))))
        {
            return ShapeVerdict.No;
        }

        var text = System.Text.Encoding.Latin1.GetString(value);
        return ValueTests.IsTemplate(text) || Placeholders.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? ShapeVerdict.No
            : new ShapeVerdict(Anchor.Length + colon + 1, Anchor.Length + at);
    }
}
