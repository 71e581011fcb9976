namespace AgentRuntime.Workflows.Expressions;

/// <summary>A word of a JMESPath expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name without its quotes, a sign as written, or a literal with its quotes.</param>
/// <param name="Offset">Where it begins, from 0.</param>
internal readonly record struct ExpressionToken(ExpressionTokenKind Kind, string Text, int Offset)
{
    public bool Is(string sign) => Kind == ExpressionTokenKind.Sign && string.Equals(Text, sign, StringComparison.Ordinal);

    public bool IsName => Kind is ExpressionTokenKind.Name or ExpressionTokenKind.QuotedName;
}

/// <summary>The kinds of word.</summary>
internal enum ExpressionTokenKind
{
    /// <summary>Before the first and behind the last word.</summary>
    None,

    /// <summary>A plain name, also of a function.</summary>
    Name,

    /// <summary>A name in double quotes.</summary>
    QuotedName,

    /// <summary>A raw string in single quotes, or JSON in backticks.</summary>
    Literal,

    /// <summary>A number inside brackets.</summary>
    Number,

    /// <summary>Anything else.</summary>
    Sign,
}

/// <summary>Splits an expression into words. What it cannot read ends the list; the JMESPath parser then says why.</summary>
internal static class ExpressionTokens
{
    private static readonly string[] LongSigns = ["||", "&&", "==", "!=", "<=", ">=", "[?", "//"];

    public static List<ExpressionToken> Split(string text)
    {
        var tokens = new List<ExpressionToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            var start = at;
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c is '"' or '\'' or '`')
            {
                at = EndOfQuoted(text, at);
                if (at < 0)
                {
                    break;
                }

                var quoted = text[start..at];
                if (c != '"')
                {
                    tokens.Add(new ExpressionToken(ExpressionTokenKind.Literal, quoted, start));
                }
                else if (Unquote(quoted) is { } name)
                {
                    tokens.Add(new ExpressionToken(ExpressionTokenKind.QuotedName, name, start));
                }
                else
                {
                    break;
                }
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                at = EndOf(text, at, static x => char.IsAsciiLetterOrDigit(x) || x == '_');
                tokens.Add(new ExpressionToken(ExpressionTokenKind.Name, text[start..at], start));
            }
            else if (char.IsAsciiDigit(c))
            {
                at = EndOf(text, at, char.IsAsciiDigit);
                tokens.Add(new ExpressionToken(ExpressionTokenKind.Number, text[start..at], start));
            }
            else
            {
                var sign = LongSigns.FirstOrDefault(candidate => string.CompareOrdinal(text, start, candidate, 0, candidate.Length) == 0) ?? c.ToString();
                tokens.Add(new ExpressionToken(ExpressionTokenKind.Sign, sign, start));
                at += sign.Length;
            }
        }

        return tokens;
    }

    private static int EndOf(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int EndOfQuoted(string text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == text[start])
            {
                return at + 1;
            }
        }

        return -1;
    }

    private static string? Unquote(string quoted)
    {
        try
        {
            return System.Text.Json.JsonElement.Parse(quoted).GetString();
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
