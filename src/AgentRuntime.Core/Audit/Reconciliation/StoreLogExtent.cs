namespace AgentRuntime.Audit.Reconciliation;

/// <summary>How much of a log was read, and which time it covers. Not thread-safe.</summary>
public sealed class StoreLogExtent
{
    /// <summary>How many entries were read, of every kind.</summary>
    public long Entries { get; private set; }

    /// <summary>The earliest time of an entry; <c>null</c> when there was none.</summary>
    public DateTimeOffset? First { get; private set; }

    /// <summary>The latest time of an entry.</summary>
    public DateTimeOffset? Last { get; private set; }

    internal void Add(DateTimeOffset time)
    {
        Entries++;
        First = First is { } first && first <= time ? first : time;
        Last = Last is { } last && last >= time ? last : time;
    }
}
