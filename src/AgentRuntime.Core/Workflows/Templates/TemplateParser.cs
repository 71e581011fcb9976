using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows.Templates;

/// <summary>Reads the templates of one string. Collects problems and goes on behind each. Not thread-safe.</summary>
/// <remarks>
/// <code>
/// template  = "{{" operand *( "|" operand ) [ "|" "omit" ] "}}"
/// operand   = JSON string / JSON number / "true" / "false" / "null" / reference
/// reference = root *( "." name / "[" digits "]" / "[" JSON string "]" )
/// </code>
/// Outside of templates <c>{{{{</c> stands for two literal braces.
/// </remarks>
internal sealed class TemplateParser(string text, string pointer, ICollection<TemplateProblem> problems)
{
    public const string Open = "{{";
    public const string Close = "}}";
    public const string Escape = "{{{{";

    private static readonly string[] Roots = ["input", "steps", "item", "index", "body", "run"];

    private int _at;

    /// <summary>The parts of the string; literals and templates in order.</summary>
    public List<TextPart> Parse()
    {
        var parts = new List<TextPart>();
        var literal = new StringBuilder();
        while (_at < text.Length)
        {
            var open = text.IndexOf(Open, _at, StringComparison.Ordinal);
            literal.Append(text, _at, (open < 0 ? text.Length : open) - _at);
            if (open < 0)
            {
                break;
            }

            if (string.CompareOrdinal(text, open, Escape, 0, Escape.Length) == 0)
            {
                literal.Append(Open);
                _at = open + Escape.Length;
                continue;
            }

            Flush(parts, literal);
            _at = open + Open.Length;
            try
            {
                parts.Add(new TextPart(string.Empty, ParseTemplate(open)));
            }
            catch (TemplateSyntaxException error)
            {
                problems.Add(new TemplateProblem(pointer, error.Offset, error.Code, error.Message, error.Fix));
                var close = text.IndexOf(Close, Math.Min(error.Offset, text.Length), StringComparison.Ordinal);
                _at = close < 0 ? text.Length : close + Close.Length;
            }
        }

        Flush(parts, literal);
        return parts;
    }

    private static void Flush(List<TextPart> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new TextPart(literal.ToString(), null));
            literal.Clear();
        }
    }

    private Template ParseTemplate(int open)
    {
        var operands = new List<TemplateOperand>();
        var omit = false;
        while (true)
        {
            SkipSpaces();
            if (operands.Count > 0 && TakeOmit())
            {
                omit = true;
            }
            else
            {
                operands.Add(ParseOperand());
            }

            SkipSpaces();
            if (Take(Close))
            {
                return new Template([.. operands], omit, text[open.._at]);
            }

            if (omit || !Take("|"))
            {
                throw _at >= text.Length
                    ? Syntax(_at, "A template is not closed.", "End it with }}, or write {{{{ for two literal braces.")
                    : Syntax(_at, "A template has something that does not belong there.", omit ? "'omit' comes last, before }}." : "After a reference or literal come | or }}. There are no functions and no operators but |.");
            }
        }
    }

    private bool TakeOmit()
    {
        const string Word = "omit";
        if (string.CompareOrdinal(text, _at, Word, 0, Word.Length) != 0 || (_at + Word.Length < text.Length && (IsNamePart(text[_at + Word.Length]) || text[_at + Word.Length] is '.' or '[')))
        {
            return false;
        }

        _at += Word.Length;
        return true;
    }

    private TemplateOperand ParseOperand()
    {
        if (_at >= text.Length)
        {
            throw Syntax(_at, "A template is not closed.", "End it with }}, or write {{{{ for two literal braces.");
        }

        return text[_at] switch
        {
            '"' => Literal(ParseString()),
            '-' or (>= '0' and <= '9') => Literal(ParseNumber()),
            var c when c == '_' || char.IsLetter(c) => ParseWord(),
            '}' or '|' => throw Syntax(_at, "A template has an empty place.", "Write a reference such as {{input.x}}, or a literal."),
            _ => throw Syntax(_at, "A template begins with something that is no reference and no literal.", "Write a reference such as {{input.x}}, or {{{{ for two literal braces."),
        };
    }

    private TemplateOperand ParseWord()
    {
        var start = _at;
        var word = TakeName();
        var path = ParsePath();
        if (path.Count == 0 && word is ("true" or "false" or "null"))
        {
            return Literal(JsonElement.Parse(word));
        }

        if (path.Count == 0 && word == "omit")
        {
            throw Syntax(start, "'omit' has nothing before it.", "Write {{reference | omit}}.");
        }

        return new TemplateOperand(default, Reference(word, path, start));
    }

    private TemplateReference Reference(string word, List<PathSegment> path, int start)
    {
        TemplateReference Make(TemplateRoot root, StepId? step, int skip) => new(root, step, [.. path.Skip(skip)], text[start.._at], pointer, start);
        switch (word)
        {
            case "input":
                return Make(TemplateRoot.Input, null, 0);
            case "item":
                return Make(TemplateRoot.Item, null, 0);
            case "index":
                return path.Count == 0 ? Make(TemplateRoot.Index, null, 0) : throw Syntax(start, "'index' is a number and has no members.", "Write {{index}}.");
            case "run":
                return path.Count <= 1 && path.All(segment => !segment.IndexOnly && RunFields.Names.Contains(segment.Name))
                    ? Make(TemplateRoot.Run, null, 0)
                    : throw Syntax(start, "'run' has no such field.", DidYouMean.Hint(path.Count > 0 ? path[0].Name : string.Empty, RunFields.Names, "Use one of its fields."));
            case "body":
                return Make(TemplateRoot.Body, StepOf(path, start, "{{body.STEP}}"), 1);
            case "steps":
                var step = StepOf(path, start, "{{steps.STEP.result}}");
                return path.Count > 1 && !path[1].IndexOnly && path[1].Name is ("result" or "input")
                    ? Make(path[1].Name == "result" ? TemplateRoot.StepResult : TemplateRoot.StepInput, step, 2)
                    : throw Syntax(start, "A step offers 'result' and 'input' only.", "Write {{steps.STEP.result}} or {{steps.STEP.input}}.");
            default:
                throw new TemplateSyntaxException(
                    start,
                    ProblemCodes.UnknownRoot,
                    $"{Capital(Json.PrintableName.Quote(word, "a word"))} is nothing that a template can reach.",
                    DidYouMean.Hint(word, Roots, "Templates reach input, steps, item, index, body and run; never the environment or a credential."));
        }
    }

    private static StepId StepOf(List<PathSegment> path, int start, string example) =>
        path.Count > 0 && !path[0].IndexOnly && Name.IsValid(path[0].Name)
            ? new StepId(path[0].Name)
            : throw Syntax(start, "A step is missing or has no well-formed name.", $"Write {example}.");

    private List<PathSegment> ParsePath()
    {
        var path = new List<PathSegment>();
        while (_at < text.Length)
        {
            if (text[_at] == '.')
            {
                _at++;
                var name = TakeName();
                if (name.Length == 0)
                {
                    throw Syntax(_at, "A name is missing after the dot.", "Write letters, digits, _ or -; other names in brackets, such as [\"any name\"].");
                }

                path.Add(new PathSegment(name, PlaceOf(name), false));
            }
            else if (text[_at] == '[')
            {
                _at++;
                path.Add(ParseBracket());
            }
            else
            {
                break;
            }
        }

        return path;
    }

    private PathSegment ParseBracket()
    {
        PathSegment segment;
        if (_at < text.Length && text[_at] == '"')
        {
            segment = new PathSegment(ParseString().GetString()!, -1, false);
        }
        else
        {
            var start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }

            var digits = text[start.._at];
            segment = PlaceOf(digits) is var place and >= 0
                ? new PathSegment(digits, place, true)
                : throw Syntax(start, "Brackets hold a place from 0 or a name in double quotes.", "Write [0] or [\"any name\"].");
        }

        return Take("]") ? segment : throw Syntax(_at, "A bracket is not closed.", "Write [0] or [\"any name\"].");
    }

    private static int PlaceOf(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : -1;

    private JsonElement ParseString()
    {
        var start = _at;
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] == '\\')
            {
                _at++;
            }
            else if (text[_at] == '"')
            {
                _at++;
                return ParseJson(start, "A string in a template is not a JSON string.", "Use JSON escapes, such as \\n and \\u00e9.");
            }
        }

        _at = text.Length;
        throw Syntax(start, "A string in a template is not closed.", "End it with a double quote.");
    }

    private JsonElement ParseNumber()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '+' or '-' or '.'))
        {
            _at++;
        }

        return ParseJson(start, "A number in a template is not a JSON number.", "Write it as in JSON, such as -1.5 or 1e3.");
    }

    private JsonElement ParseJson(int start, string message, string fix)
    {
        try
        {
            var element = JsonElement.Parse(text[start.._at]);
            if (element.ValueKind == JsonValueKind.String)
            {
                // Throws for half a surrogate pair, which is no text.
                _ = element.GetString();
            }

            return element;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Syntax(start, message, fix);
        }
    }

    private string TakeName()
    {
        var start = _at;
        while (_at < text.Length && IsNamePart(text[_at]))
        {
            _at++;
        }

        return text[start.._at];
    }

    private bool Take(string token)
    {
        if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0)
        {
            return false;
        }

        _at += token.Length;
        return true;
    }

    private void SkipSpaces()
    {
        while (_at < text.Length && text[_at] is (' ' or '\t' or '\r' or '\n'))
        {
            _at++;
        }
    }

    private static bool IsNamePart(char c) => c is '_' or '-' || char.IsLetterOrDigit(c);

    private static string Capital(string words) => string.Concat(char.ToUpperInvariant(words[0]).ToString(), words.AsSpan(1));

    private static TemplateOperand Literal(JsonElement value) => new(value, null);

    private static TemplateSyntaxException Syntax(int offset, string message, string fix) => new(offset, ProblemCodes.TemplateSyntax, message, fix);
}

/// <summary>A literal, or a template when there is one.</summary>
internal readonly record struct TextPart(string Literal, Template? Template);
