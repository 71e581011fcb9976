using System.Buffers.Binary;
using System.Text;
using AgentRuntime.Scrubbing.Forms;
using AgentRuntime.Secrets;

namespace AgentRuntime.Scrubbing.Index;

/// <summary>
/// Every form of every registered value. A long form is found by its 8-byte grams at every eighth place of the text, then extended both ways to the
/// maximal common piece, so a value that was cut in the middle is found as well; a short form is found by its first four bytes at every place.
/// Both are also looked for in the text without its line breaks, because encoders wrap what they write.
/// </summary>
/// <remarks>Immutable; a registration makes a new index that shares nothing writable with the old one.</remarks>
public sealed class SecretIndex
{
    /// <summary>From this many bytes on a piece of a form is looked for; shorter forms only as a whole.</summary>
    internal const int LongMatch = 16;

    private readonly GramTable _grams;
    private readonly ShortTable _shorts;
    private readonly HashSet<KnownMaterial> _known;

    private SecretIndex(GramTable grams, ShortTable shorts, HashSet<KnownMaterial> known, IReadOnlyList<string> labels, IReadOnlyList<string> warnings, int maxMatch)
    {
        _grams = grams;
        _shorts = shorts;
        _known = known;
        Labels = labels;
        Warnings = warnings;
        MaxMatch = maxMatch;
    }

    /// <summary>Knows nothing.</summary>
    public static SecretIndex Empty { get; } = new(GramTable.Empty, ShortTable.Empty, [], [], [], 1);

    /// <summary>What could not be indexed, or only in part; holds no value.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>How many credential versions it knows.</summary>
    public int Count => _known.Count;

    internal IReadOnlyList<string> Labels { get; }

    /// <summary>The longest text that one match needs; a stream holds back so many bytes at most, while no match is open.</summary>
    internal int MaxMatch { get; }

    internal bool IsEmpty => _grams.IsEmpty && _shorts.IsEmpty;

    internal bool Knows(SecretMaterial material) => _known.Contains(KnownMaterial.Of(material));

    /// <summary>An index that also knows these materials; the same index if it knew them all.</summary>
    internal SecretIndex With(IEnumerable<SecretMaterial> materials)
    {
        var known = new HashSet<KnownMaterial>(_known);
        var labels = new List<string>(Labels);
        var warnings = new List<string>(Warnings);
        var forms = new List<IndexedForm>();
        foreach (var material in materials)
        {
            if (!known.Add(KnownMaterial.Of(material)))
            {
                continue;
            }

            var label = $"[redacted:{material.Reference}]";
            labels.Add(label);
            forms.AddRange(SecretForms.Of(material, labels.Count - 1, warnings));
        }

        if (labels.Count == Labels.Count)
        {
            return this;
        }

        // A form that is part of a label would be redacted inside the label again and again. Names are public, so nothing is lost.
        var labelBytes = labels.ConvertAll(Encoding.UTF8.GetBytes);
        forms.RemoveAll(form => labelBytes.Exists(label => label.AsSpan().IndexOf(form.Bytes) >= 0));
        var longs = forms.FindAll(form => form.IsLong);
        var shorts = forms.FindAll(form => !form.IsLong);
        return new SecretIndex(
            longs.Count == 0 ? _grams : _grams.With(longs),
            shorts.Count == 0 ? _shorts : _shorts.With(shorts),
            known,
            labels,
            warnings,
            Math.Max(MaxMatch, forms.Select(form => (UnwrappedText.LongestStretch * form.MinMatch) + UnwrappedText.LongestStretch).DefaultIfEmpty(1).Max()));
    }

    /// <summary>Adds every match that begins at <paramref name="from"/> or later; bytes before it are only looked at as neighbours. Not sorted.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The first place of a match.</param>
    /// <param name="matches">Takes the matches; created when the first is found.</param>
    internal void Find(ReadOnlySpan<byte> text, int from, ref List<ExactMatch>? matches)
    {
        if (IsEmpty)
        {
            return;
        }

        FindInOnePiece(text, from, ref matches);
        using var unwrapped = UnwrappedText.Of(text, from);
        if (unwrapped is not null)
        {
            AddWrapped(unwrapped, ref matches);
        }
    }

    private void FindInOnePiece(ReadOnlySpan<byte> text, int from, ref List<ExactMatch>? matches)
    {
        if (!_grams.IsEmpty)
        {
            FindLong(text, from, ref matches);
        }

        if (!_shorts.IsEmpty)
        {
            FindShort(text, from, ref matches);
        }
    }

    /// <summary>Adds what is found only without the line breaks.</summary>
    private void AddWrapped(UnwrappedText unwrapped, ref List<ExactMatch>? matches)
    {
        List<ExactMatch>? found = null;
        FindInOnePiece(unwrapped.Span, 0, ref found);
        foreach (var match in found ?? [])
        {
            var start = unwrapped.Original(match.Start);
            var end = unwrapped.Original(match.End - 1) + 1;

            // A word at the end of one line and the beginning of the next is no whole word.
            if (end - start > match.End - match.Start && match.Form.Boundary == Boundary.None)
            {
                (matches ??= []).Add(new ExactMatch(start, end, match.Form) { LastPiece = unwrapped.Original(match.LastPiece) });
            }
        }
    }

    private void FindLong(ReadOnlySpan<byte> text, int from, ref List<ExactMatch>? matches)
    {
        for (var at = from; at <= text.Length - GramTable.GramLength; at += GramTable.GramLength)
        {
            var gram = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            if (!_grams.MayHold(gram))
            {
                continue;
            }

            for (var place = _grams.First(gram); place >= 0;)
            {
                var posting = _grams.At(place);
                place = posting.Next;
                Extend(text, from, at, posting.Form, posting.Offset, ref matches);
            }
        }
    }

    private static void Extend(ReadOnlySpan<byte> text, int from, int at, IndexedForm form, int offset, ref List<ExactMatch>? matches)
    {
        ReadOnlySpan<byte> bytes = form.Bytes;
        const int Gram = GramTable.GramLength;
        if (at - Gram >= from && offset >= Gram && text.Slice(at - Gram, Gram).SequenceEqual(bytes.Slice(offset - Gram, Gram)))
        {
            // The gram before this one has led to the same match.
            return;
        }

        var left = Math.Min(at - from, offset);
        var start = at;
        while (start > at - left && text[start - 1] == bytes[offset - (at - start) - 1])
        {
            start--;
        }

        var end = at + Gram + text[(at + Gram)..].CommonPrefixLength(bytes[(offset + Gram)..]);
        if (end - start >= form.MinMatch && form.FitsAt(text, start, end))
        {
            (matches ??= []).Add(new ExactMatch(start, end, form));
        }
    }

    private void FindShort(ReadOnlySpan<byte> text, int from, ref List<ExactMatch>? matches)
    {
        for (var at = from; at <= text.Length - ShortTable.KeyLength; at++)
        {
            var key = BinaryPrimitives.ReadUInt32LittleEndian(text[at..]);
            if (!_shorts.MayHold(key))
            {
                continue;
            }

            foreach (var form in _shorts.Candidates(key))
            {
                if (text[at..].StartsWith(form.Bytes) && form.FitsAt(text, at, at + form.Bytes.Length))
                {
                    (matches ??= []).Add(new ExactMatch(at, at + form.Bytes.Length, form));
                }
            }
        }
    }
}
