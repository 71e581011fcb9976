using System.Text;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Takes a text with templates apart, without judging whether the templates are right.</summary>
internal sealed class TemplateText
{
    private TemplateText(string joined, string masked, IReadOnlyList<string> parts)
    {
        Joined = joined;
        Masked = masked;
        Parts = parts;
    }

    /// <summary>The literal text: what stands outside templates and the string literals inside them, in order.</summary>
    public string Joined { get; }

    /// <summary>The text with each template replaced by the one character <c>T</c>.</summary>
    public string Masked { get; }

    /// <summary>The alternatives inside the templates, trimmed, without the literals.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Whether there is no template.</summary>
    public bool IsPlain => Parts.Count == 0;

    /// <summary>Reads a text.</summary>
    public static TemplateText Read(string text)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return new TemplateText(text, text, []);
        }

        var joined = new StringBuilder();
        var masked = new StringBuilder();
        var parts = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            var outside = text[at..(open < 0 ? text.Length : open)];
            joined.Append(outside);
            masked.Append(outside);
            if (open < 0)
            {
                break;
            }

            at = ReadTemplate(text, open + 2, joined, parts);
            masked.Append('T');
        }

        return new TemplateText(joined.ToString(), masked.ToString(), parts);
    }

    private static int ReadTemplate(string text, int at, StringBuilder joined, List<string> parts)
    {
        var part = new StringBuilder();
        while (at < text.Length && !text.AsSpan(at).StartsWith("}}"))
        {
            switch (text[at])
            {
                case '"' or '\'':
                    at = ReadLiteral(text, at, joined);
                    break;
                case '|':
                    parts.Add(part.ToString().Trim());
                    part.Clear();
                    at++;
                    break;
                default:
                    part.Append(text[at++]);
                    break;
            }
        }

        parts.Add(part.ToString().Trim());
        return Math.Min(at + 2, text.Length);
    }

    private static int ReadLiteral(string text, int at, StringBuilder joined)
    {
        var quote = text[at++];
        while (at < text.Length && text[at] != quote)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            joined.Append(text[at++]);
        }

        return at + 1;
    }
}
