using System.Text.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Json;

/// <summary>A JSON document that knows where each of its values stands in its file.</summary>
/// <remarks>
/// Immutable; thread-safe. Limits: 8 MiB, 500,000 values, nesting of 64. A leading byte order mark is accepted.
/// Lines end with LF or CRLF. Columns count Unicode characters from 1.
/// </remarks>
public sealed class JsonSource
{
    /// <summary>The greatest size of a file, in bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The deepest nesting.</summary>
    public const int MaxDepth = 64;

    private readonly JsonPositions _positions;
    private readonly LineMap _lines;

    private JsonSource(string file, JsonElement root, JsonPositions positions, LineMap lines)
    {
        File = file;
        Root = root;
        _positions = positions;
        _lines = lines;
    }

    /// <summary>The file, as problems name it.</summary>
    public string File { get; }

    /// <summary>The document's value.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a document; on failure adds every problem found and returns <c>null</c>.</summary>
    /// <param name="file">The file, as the user named it or relative to the workspace.</param>
    /// <param name="utf8">Its bytes; kept, so the caller must not change them.</param>
    /// <param name="dialect">How strictly to read.</param>
    /// <param name="problems">Where problems are added.</param>
    public static JsonSource? Parse(string file, ReadOnlyMemory<byte> utf8, JsonDialect dialect, ICollection<Problem> problems)
    {
        if (utf8.Length > MaxBytes)
        {
            problems.Add(new Problem(file, string.Empty, 0, 0, ProblemCodes.TooLarge, $"The file is larger than {MaxBytes} bytes.", "Split it, or move data out of it."));
            return null;
        }

        if (utf8.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            utf8 = utf8[3..];
        }

        var lines = new LineMap(utf8);
        var reader = new JsonPositionReader(file, utf8, dialect, lines, problems);
        if (reader.Read() is not { } positions)
        {
            return null;
        }

        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions
        {
            MaxDepth = MaxDepth,
            AllowTrailingCommas = dialect == JsonDialect.Relaxed,
            CommentHandling = dialect == JsonDialect.Relaxed ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
        });
        return new JsonSource(file, document.RootElement.Clone(), positions, lines);
    }

    /// <summary>Where the value at <paramref name="pointer"/> begins; of the nearest value around it when there is none.</summary>
    public (int Line, int Column) Locate(string pointer) => _lines.At(_positions.Find(pointer).Value);

    /// <summary>Where the member name of <paramref name="pointer"/> begins; of its value when it is no member.</summary>
    public (int Line, int Column) LocateKey(string pointer)
    {
        var (key, value) = _positions.Find(pointer);
        return _lines.At(key < 0 ? value : key);
    }

    /// <summary>A problem at a place of this document. Pointer segments that may be secrets are left out; line and column stay exact.</summary>
    /// <param name="pointer">The place.</param>
    /// <param name="code">One of <see cref="ProblemCodes"/>.</param>
    /// <param name="message">What is wrong; never quotes a value.</param>
    /// <param name="fix">What to do.</param>
    /// <param name="key">Whether the member's name is meant, not its value.</param>
    public Problem ProblemAt(string pointer, string code, string message, string fix, bool key = false)
    {
        var (line, column) = key ? LocateKey(pointer) : Locate(pointer);
        return new Problem(File, PrintableName.SafePointer(pointer), line, column, code, message, fix);
    }
}
