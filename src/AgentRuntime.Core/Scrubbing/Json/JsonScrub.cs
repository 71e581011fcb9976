using System.Runtime.InteropServices;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Index;
using AgentRuntime.Scrubbing.Streaming;

namespace AgentRuntime.Scrubbing.Json;

/// <summary>Scrubs one JSON value: every string, name and number, then values that were split over neighbouring strings.</summary>
/// <remarks>
/// 1 decode every string. 2 find values inside single strings. 3 find values that run over string borders: in all strings in document order,
/// in all strings under one member name (so that the parts of content blocks meet), and in names and strings together. 4 scrub shapes string by string, each with the member name above it.
/// 5 write the value anew if anything changed. Nothing recurses, so no depth overflows the stack.
/// </remarks>
internal sealed class JsonScrub(SecretIndex index, Scrubber scrubber, RedactionCounter counter) : IDisposable
{
    private readonly JsonSegments _segments = new();
    private Dictionary<int, List<ExactMatch>>? _matches;

    public JsonElement Scrub(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False)
        {
            return json;
        }

        var raw = JsonMarshal.GetRawUtf8Value(json);
        _segments.Read(raw);
        if (!index.IsEmpty)
        {
            FindInside();
            if (_segments.All.Count > 1)
            {
                FindAcross();
            }
        }

        var replaced = Replace();
        return replaced is null && !_segments.HasComments ? json : JsonRewriter.Write(raw, _segments, replaced ?? []);
    }

    public void Dispose() => _segments.Dispose();

    private void FindInside()
    {
        List<ExactMatch>? found = null;
        index.Find(_segments.Text, 0, ref found);
        if (found is null)
        {
            return;
        }

        foreach (var match in found)
        {
            var at = FirstEndingAfter(match.Start);
            for (; at < _segments.All.Count && _segments.All[at].Start < match.End; at++)
            {
                var segment = _segments.All[at];
                AddMatch(at, Math.Max(0, match.Start - segment.Start), Math.Min(segment.Length, match.End - segment.Start), match.Form);
            }
        }
    }

    private int FirstEndingAfter(int position)
    {
        var low = 0;
        var high = _segments.All.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_segments.All[middle].End <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void FindAcross()
    {
        var all = _segments.All;
        var texts = new List<int>(all.Count);
        var everything = new List<int>(all.Count);
        var groups = new List<int>?[_segments.NameCount];
        for (var i = 0; i < all.Count; i++)
        {
            everything.Add(i);
            if (all[i].Kind != JsonSegmentKind.Name)
            {
                texts.Add(i);
                if (all[i].Group >= 0)
                {
                    (groups[all[i].Group] ??= []).Add(i);
                }
            }
        }

        FindAcross(everything);
        if (texts.Count < everything.Count)
        {
            FindAcross(texts);
        }

        foreach (var group in groups)
        {
            if (group is { Count: > 1 } && group.Count < texts.Count)
            {
                FindAcross(group);
            }
        }
    }

    private void FindAcross(List<int> parts)
    {
        using var joined = new PooledBuffer(1024);
        foreach (var part in parts)
        {
            var content = _segments.Content(_segments.All[part]);
            content.CopyTo(joined.GetSpan(content.Length));
            joined.Advance(content.Length);
        }

        List<ExactMatch>? found = null;
        index.Find(joined.Span, 0, ref found);
        if (found is null)
        {
            return;
        }

        found.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        var first = 0;
        var firstStart = 0;
        foreach (var match in found)
        {
            if (match.Form.Boundary != Boundary.None)
            {
                // Borders between strings are not the neighbours that such a form needs.
                continue;
            }

            while (firstStart + _segments.All[parts[first]].Length <= match.Start)
            {
                firstStart += _segments.All[parts[first]].Length;
                first++;
            }

            var start = firstStart;
            for (var at = first; at < parts.Count && start < match.End; at++)
            {
                var length = _segments.All[parts[at]].Length;
                AddMatch(parts[at], Math.Max(0, match.Start - start), Math.Min(length, match.End - start), match.Form);
                start += length;
            }
        }
    }

    private void AddMatch(int segment, int start, int end, IndexedForm form)
    {
        if (start < end)
        {
            _matches ??= [];
            (CollectionsMarshal.GetValueRefOrAddDefault(_matches, segment, out _) ??= []).Add(new ExactMatch(start, end, form));
        }
    }

    private Dictionary<int, byte[]>? Replace()
    {
        Dictionary<int, byte[]>? replaced = null;
        var names = scrubber.SecretNames(_segments.GroupNames());
        for (var i = 0; i < _segments.All.Count; i++)
        {
            var content = _segments.Content(_segments.All[i]);
            PooledBuffer? exact = null;
            if (_matches is not null && _matches.TryGetValue(i, out var matches))
            {
                exact = new PooledBuffer(content.Length + 64);
                ExactStream.Redact(index, content, matches, counter, exact);
            }

            var group = _segments.All[i].Kind == JsonSegmentKind.Text ? _segments.All[i].Group : -1;
            var name = names is not null && group >= 0 ? names[group] : null;
            using var shaped = scrubber.ScrubShapes(exact is null ? content : exact.Span, counter, name);
            if ((shaped ?? exact) is { } clean)
            {
                (replaced ??= [])[i] = clean.Span.ToArray();
            }

            exact?.Dispose();
        }

        return replaced;
    }
}
