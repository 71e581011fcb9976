using System.Text;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Streaming;

namespace AgentRuntime.Scrubbing.Json;

/// <summary>The decoded strings, member names and numbers of a JSON value in document order, in one buffer with a separator around each.</summary>
/// <remarks>A string value stands between quotes, as in the document; a name stands between unit separators, because a common word is no credential there.</remarks>
internal sealed class JsonSegments : IDisposable
{
    private const byte UnitSeparator = 0x1f;

    private readonly PooledBuffer _text = new(1024);
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    public List<JsonSegment> All { get; } = [];

    /// <summary>Whether the raw text holds comments, which a scrubbed value must not keep.</summary>
    public bool HasComments { get; private set; }

    public ReadOnlySpan<byte> Text => _text.Span;

    /// <summary>How many different member names there are.</summary>
    public int NameCount => _names.Count;


    public static JsonReaderOptions ReaderOptions => new() { CommentHandling = JsonCommentHandling.Allow, AllowTrailingCommas = true, MaxDepth = int.MaxValue };

    /// <summary>The member names, by group.</summary>
    public IReadOnlyList<string> GroupNames() => [.. _names.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Whether a member of this name stands anywhere in the document.</summary>
    public bool HasName(string name) => _names.ContainsKey(name);

    public ReadOnlySpan<byte> Content(JsonSegment segment) => _text.Span.Slice(segment.Start, segment.Length);

    public void Read(ReadOnlySpan<byte> raw)
    {
        var reader = new Utf8JsonReader(raw, ReaderOptions);
        var groups = new Stack<int>();
        var group = -1;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    Add(ref reader, JsonSegmentKind.Name, -1);
                    group = GroupOf(All[^1]);
                    break;
                case JsonTokenType.String:
                    Add(ref reader, JsonSegmentKind.Text, group);
                    break;
                case JsonTokenType.Number:
                    Add(ref reader, JsonSegmentKind.Number, group);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    groups.Push(group);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    group = groups.Pop();
                    break;
                case JsonTokenType.Comment:
                    HasComments = true;
                    break;
                default:
                    break;
            }
        }
    }

    public void Dispose() => _text.Dispose();

    private int GroupOf(JsonSegment name)
    {
        var text = Encoding.UTF8.GetString(Content(name));
        if (!_names.TryGetValue(text, out var group))
        {
            group = _names.Count;
            _names.Add(text, group);
        }

        return group;
    }

    private void Add(ref Utf8JsonReader reader, JsonSegmentKind kind, int group)
    {
        var separator = kind == JsonSegmentKind.Text ? (byte)'"' : UnitSeparator;
        Put(separator);
        var start = _text.Length;
        if (kind == JsonSegmentKind.Number)
        {
            Put(reader.ValueSpan);
        }
        else
        {
            var target = _text.GetSpan(reader.ValueSpan.Length * 3);
            _text.Advance(LenientStrings.Copy(ref reader, target));
        }

        All.Add(new JsonSegment(kind, start, _text.Length - start, group));
        Put(separator);
    }

    private void Put(byte value)
    {
        _text.GetSpan(1)[0] = value;
        _text.Advance(1);
    }

    private void Put(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_text.GetSpan(value.Length));
        _text.Advance(value.Length);
    }
}

/// <summary>One string, name or number.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Start">Its first byte in the buffer.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Group">The nearest member name above it, by number; -1 when there is none.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct JsonSegment(JsonSegmentKind Kind, int Start, int Length, int Group)
{
    public int End => Start + Length;
}

/// <summary>What a segment is.</summary>
internal enum JsonSegmentKind
{
    /// <summary>A member name.</summary>
    Name,

    /// <summary>A string value.</summary>
    Text,

    /// <summary>A number, as it is written.</summary>
    Number,
}
