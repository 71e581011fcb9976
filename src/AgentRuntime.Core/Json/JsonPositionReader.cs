using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AgentRuntime.Workflows;

namespace AgentRuntime.Json;

/// <summary>Walks a document once: finds the place of every value, and everything that makes it no valid document.</summary>
/// <remarks>Messages are written here and never taken from the JSON reader, which quotes the text it stumbles over.</remarks>
internal sealed class JsonPositionReader(string file, ReadOnlyMemory<byte> utf8, JsonDialect dialect, LineMap lines, ICollection<Problem> problems)
{
    private const int MaxValues = 500_000;

    private readonly JsonPositions _positions = new();
    private readonly Stack<Container> _open = new();
    private bool _failed;
    private bool _ended;

    /// <summary>The positions, or <c>null</c> when there is a problem.</summary>
    public JsonPositions? Read()
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            ReportInvalidUtf8();
            return null;
        }

        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions
        {
            MaxDepth = JsonSource.MaxDepth,
            AllowTrailingCommas = dialect == JsonDialect.Relaxed,
            CommentHandling = dialect == JsonDialect.Relaxed ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
        });
        try
        {
            var name = default(MemberName);
            while (reader.Read())
            {
                Take(ref reader, ref name);
                if (_positions.Count > MaxValues)
                {
                    Add(string.Empty, (int)reader.TokenStartIndex, ProblemCodes.TooLarge, $"The document has more than {MaxValues} values.", "Split it, or move data out of it.");
                    return null;
                }
            }
        }
        catch (JsonException error)
        {
            ReportSyntax(error);
        }

        return _failed ? null : _positions;
    }

    private void Take(ref Utf8JsonReader reader, ref MemberName name)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                name = ReadName(ref reader, start);
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _open.Pop();
                _ended = _open.Count == 0;
                return;
            case JsonTokenType.String when reader.ValueIsEscaped && Text(ref reader) is null:
                Add(Pointer(name), start, ProblemCodes.InvalidString, "A string holds half of a surrogate pair.", "Write the character itself, or both of its \\u escapes.");
                break;
        }

        var parent = _open.TryPeek(out var open) ? open : null;
        var node = parent is null ? _positions.AddRoot(start)
            : parent.IsArray ? _positions.AddItem(parent.Node, parent.Items, start)
            : _positions.AddMember(parent.Node, name.Text, name.Start, start);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _open.Push(new Container(node, reader.TokenType == JsonTokenType.StartArray, parent, Segment(name)));
        }
        else
        {
            _ended = parent is null;
        }

        if (parent is not null)
        {
            parent.Items++;
        }
    }

    private string Segment(MemberName name) =>
        _open.TryPeek(out var parent) && parent.IsArray ? parent.Items.ToString(CultureInfo.InvariantCulture) : name.Text;

    private string Pointer(MemberName name) =>
        _open.TryPeek(out var parent) ? JsonPointer.Append(parent.Pointer, Segment(name)) : string.Empty;

    private MemberName ReadName(ref Utf8JsonReader reader, int start)
    {
        var parent = _open.Peek();
        if (Text(ref reader) is not { } text)
        {
            Add(parent.Pointer, start, ProblemCodes.InvalidString, "A member name holds half of a surrogate pair.", "Write the character itself, or both of its \\u escapes.");
            return new MemberName(string.Empty, start);
        }

        if (_positions.HasMember(parent.Node, text))
        {
            Add(JsonPointer.Append(parent.Pointer, text), start, ProblemCodes.DuplicateKey, $"The object has {PrintableName.Quote(text)} twice.", "Keep one of the two.");
        }

        return new MemberName(text, start);
    }

    /// <summary>The text of a string token, or <c>null</c> when an escape in it is half a surrogate pair.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private void ReportInvalidUtf8()
    {
        var offset = 0;
        while (offset < utf8.Length && Rune.DecodeFromUtf8(utf8.Span[offset..], out _, out var length) == OperationStatus.Done)
        {
            offset += length;
        }

        Add(string.Empty, offset, ProblemCodes.InvalidUtf8, $"The file is not UTF-8: byte {offset} does not fit.", "Save the file as UTF-8.");
    }

    private void ReportSyntax(JsonException error)
    {
        var offset = lines.Offset(error.LineNumber ?? 0, error.BytePositionInLine ?? 0);
        var pointer = _open.TryPeek(out var parent) ? parent.Pointer : string.Empty;
        var at = offset < utf8.Length ? (char)utf8.Span[offset] : '\0';
        var bracket = at is '{' or '[' ? offset : offset - 1;
        if (_open.Count >= JsonSource.MaxDepth && bracket >= 0 && utf8.Span[bracket] is (byte)'{' or (byte)'[')
        {
            offset = bracket;
            Add(pointer, offset, ProblemCodes.TooDeep, $"The document is nested deeper than {JsonSource.MaxDepth} levels.", "Flatten it.");
            return;
        }

        var (message, fix) = Explain(offset, at);
        Add(pointer, offset, ProblemCodes.Syntax, message, fix);
    }

    private (string Message, string Fix) Explain(int offset, char at)
    {
        var before = utf8.Span[..offset].TrimEnd(" \t\r\n"u8);
        return at switch
        {
            '/' when dialect == JsonDialect.Strict => ("Comments are not allowed in this file.", "Remove the comment; a \"description\" member can say the same."),
            '}' or ']' when before.Length > 0 && before[^1] == (byte)',' => ("A comma stands before the closing bracket.", "Remove the comma."),
            _ when _ended => ("There is more text after the end of the document.", "Remove what follows the value."),
            _ when before.Length == 0 && at == '\0' => ("The file is empty.", "Write a JSON object into it."),
            '\0' when offset >= utf8.Length => ("The file ends in the middle of a value.", "Close the open string, array or object."),
            '\'' => ("A string begins with a single quote.", "Use double quotes."),
            _ => ("The text is not valid JSON here.", "Look for a missing comma, colon, quote or bracket, here or just before."),
        };
    }

    private void Add(string pointer, int offset, string code, string message, string fix)
    {
        _failed = true;
        var (line, column) = lines.At(offset);
        problems.Add(new Problem(file, PrintableName.SafePointer(pointer), line, column, code, message, fix));
    }

    /// <summary>An open array or object. Its pointer is put together only when a problem needs it.</summary>
    private sealed class Container(int node, bool isArray, Container? parent, string segment)
    {
        public int Node { get; } = node;

        public bool IsArray { get; } = isArray;

        public int Items { get; set; }

        public string Pointer => parent is null ? string.Empty : JsonPointer.Append(parent.Pointer, segment);
    }

    private readonly record struct MemberName(string? Name, int Start)
    {
        public string Text => Name ?? string.Empty;
    }
}
