using System.Buffers.Binary;

namespace AgentRuntime.Scrubbing.Index;

/// <summary>Every 8-byte gram of every long form, behind a bitmap that answers "surely not" for almost every gram of ordinary text.</summary>
/// <remarks>Immutable once published. <see cref="With"/> copies the arrays, so adding one credential costs a copy and its own grams, not a rebuild.</remarks>
internal sealed class GramTable
{
    public const int GramLength = 8;
    private const int MaxBitmapWords = 1 << 19;

    private readonly ulong[] _bitmap;
    private readonly int _bitmapShift;
    private readonly ulong[] _keys;
    private readonly int[] _heads;
    private readonly int _slotShift;
    private Posting[] _postings;
    private int _postingCount;

    private GramTable(int bitmapWords, int slots, Posting[] postings, int postingCount)
    {
        _bitmap = new ulong[bitmapWords];
        _bitmapShift = 64 - System.Numerics.BitOperations.Log2((uint)bitmapWords * 64);
        _keys = new ulong[slots];
        _heads = new int[slots];
        _slotShift = 64 - System.Numerics.BitOperations.Log2((uint)slots);
        _postings = postings;
        _postingCount = postingCount;
    }

    public static GramTable Empty { get; } = new(16, 16, [], 0);

    public bool IsEmpty => _postingCount == 0;

    /// <summary>A table that also knows the grams of these forms.</summary>
    public GramTable With(IReadOnlyList<IndexedForm> forms)
    {
        var added = 0;
        foreach (var form in forms)
        {
            added += form.Bytes.Length - GramLength + 1;
        }

        var total = _postingCount + added;
        var postings = new Posting[Math.Max(total, Math.Min(total * 2, total + 4096))];
        Array.Copy(_postings, postings, _postingCount);
        var slots = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, total * 2));
        var words = Math.Min(MaxBitmapWords, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, total / 3)));
        GramTable table;
        if (slots <= _keys.Length)
        {
            table = new GramTable(_bitmap.Length, _keys.Length, postings, _postingCount);
            _bitmap.CopyTo(table._bitmap, 0);
            _keys.CopyTo(table._keys, 0);
            _heads.CopyTo(table._heads, 0);
        }
        else
        {
            table = new GramTable(Math.Max(words, 1024), slots, postings, 0);
            for (var i = 0; i < _postingCount; i++)
            {
                table.Add(_postings[i].Form, _postings[i].Offset);
            }
        }

        foreach (var form in forms)
        {
            for (var offset = 0; offset + GramLength <= form.Bytes.Length; offset++)
            {
                table.Add(form, offset);
            }
        }

        return table;
    }

    /// <summary>Whether the gram may be in the table.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public bool MayHold(ulong gram)
    {
        var bit = (uint)(Hash(gram) >> _bitmapShift);
        return (_bitmap[bit >> 6] & (1UL << (int)(bit & 63))) != 0;
    }

    /// <summary>The first posting of a gram, or -1.</summary>
    public int First(ulong gram)
    {
        var slot = (int)(Hash(gram) >> _slotShift);
        while (_heads[slot] != 0)
        {
            if (_keys[slot] == gram)
            {
                return _heads[slot] - 1;
            }

            slot = (slot + 1) & (_keys.Length - 1);
        }

        return -1;
    }

    /// <summary>The posting at this place.</summary>
    public Posting At(int index) => _postings[index];

    private static ulong Hash(ulong gram) => unchecked((gram ^ (gram >> 29)) * 0x9E3779B97F4A7C15UL);

    private void Add(IndexedForm form, int offset)
    {
        var gram = BinaryPrimitives.ReadUInt64LittleEndian(form.Bytes.AsSpan(offset));
        var bit = (uint)(Hash(gram) >> _bitmapShift);
        _bitmap[bit >> 6] |= 1UL << (int)(bit & 63);
        var slot = (int)(Hash(gram) >> _slotShift);
        while (_heads[slot] != 0 && _keys[slot] != gram)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        _keys[slot] = gram;

        _postings[_postingCount] = new Posting(form, offset, _heads[slot] - 1);
        _heads[slot] = ++_postingCount;
    }

    /// <summary>One place of one gram, and the next place of the same gram or -1.</summary>
    internal readonly record struct Posting(IndexedForm Form, int Offset, int Next);
}
