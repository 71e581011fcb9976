using System.Buffers.Binary;

namespace AgentRuntime.Scrubbing.Index;

/// <summary>The forms that are too short for the gram table, by their first four bytes. Immutable.</summary>
internal sealed class ShortTable
{
    public const int KeyLength = 4;

    private readonly ulong[] _bitmap = new ulong[1024];
    private readonly Dictionary<uint, IndexedForm[]> _byKey = [];

    public static ShortTable Empty { get; } = new();

    public bool IsEmpty => _byKey.Count == 0;

    /// <summary>A table that also knows these forms.</summary>
    public ShortTable With(IReadOnlyList<IndexedForm> forms)
    {
        var table = new ShortTable();
        foreach (var form in _byKey.Values.SelectMany(known => known).Concat(forms))
        {
            var key = BinaryPrimitives.ReadUInt32LittleEndian(form.Bytes);
            var bit = Bit(key);
            table._bitmap[bit >> 6] |= 1UL << (int)(bit & 63);
            table._byKey[key] = table._byKey.TryGetValue(key, out var same) ? [.. same, form] : [form];
        }

        return table;
    }

    /// <summary>Whether a form may begin with these four bytes.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public bool MayHold(uint key)
    {
        var bit = Bit(key);
        return (_bitmap[bit >> 6] & (1UL << (int)(bit & 63))) != 0;
    }

    /// <summary>The forms that begin with these four bytes.</summary>
    public IndexedForm[] Candidates(uint key) => _byKey.GetValueOrDefault(key, []);

    private static uint Bit(uint key) => unchecked(key * 0x9E3779B1U) >> 16;
}
