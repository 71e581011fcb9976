using System.Globalization;

namespace AgentRuntime.Audit;

/// <summary>Recomputes an audit chain and says where it breaks first and how.</summary>
/// <remarks>
/// Streams: keeps one line in memory, whatever the length. Reads the lines of a database or of an exported file alike.
/// The chain alone shows every change that is not a consistent rewrite up to its end; the anchor shows a cut-off or rewritten end.
/// </remarks>
public static class AuditVerifier
{
    /// <summary>Checks a whole chain, from its first entry.</summary>
    /// <param name="lines">The lines, in the order in which they are stored.</param>
    /// <param name="anchor">The head that was kept elsewhere, or <c>null</c> when there is none. Read it before the lines.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public static async ValueTask<AuditVerification> VerifyAsync(IAsyncEnumerable<AuditLine> lines, AuditAnchor? anchor, CancellationToken cancellationToken)
    {
        var source = lines.GetAsyncEnumerator(cancellationToken);
        await using (source)
        {
            var entries = 0L;
            var head = AuditChain.Origin;
            var anchored = AuditChain.Origin;
            while (await source.MoveNextAsync())
            {
                var link = AuditLink.Read(source.Current);
                if (await FindBreakAsync(link, entries + 1, head, source) is { } found)
                {
                    return new AuditVerification(entries, head, found);
                }

                entries++;
                head = link!.ActualHash;
                if (entries == anchor?.Entries)
                {
                    anchored = head;
                }
            }

            return new AuditVerification(entries, head, anchor is null ? null : CompareWithAnchor(anchor, entries, anchored));
        }
    }

    private static async ValueTask<AuditBreak?> FindBreakAsync(AuditLink? link, long expected, string head, IAsyncEnumerator<AuditLine> rest)
    {
        if (link is null)
        {
            return new AuditBreak(expected, null, "unreadable", Text($"Entry {expected} cannot be read as an audit entry."));
        }

        if (!link.IsIntact)
        {
            return new AuditBreak(expected, link.Id, "changed", Text($"Entry {expected} was changed: its content does not give its hash."));
        }

        if (link.Sequence < expected)
        {
            return new AuditBreak(link.Sequence, link.Id, "inserted", Text($"There are two entries {link.Sequence}: one was inserted."));
        }

        if (link.Sequence > expected)
        {
            return await AppearsLaterAsync(expected, rest)
                ? new AuditBreak(expected, link.Id, "reordered", Text($"Entry {expected} was moved: entry {link.Sequence} stands in its place."))
                : new AuditBreak(expected, link.Id, "removed", Text($"Entry {expected} was removed: entry {link.Sequence} stands in its place."));
        }

        if (link.Place is { } place && place != expected)
        {
            return new AuditBreak(expected, link.Id, "reordered", Text($"Entry {expected} was moved: it is stored at place {place}."));
        }

        if (!string.Equals(link.PreviousHash, head, StringComparison.Ordinal))
        {
            var next = await rest.MoveNextAsync() ? AuditLink.Read(rest.Current) : null;
            return next?.Sequence == link.Sequence
                ? new AuditBreak(expected, link.Id, "inserted", Text($"There are two entries {expected}: one was inserted."))
                : new AuditBreak(
                    Math.Max(1, expected - 1),
                    expected > 1 ? null : link.Id,
                    "changed",
                    expected > 1
                        ? Text($"Entry {expected - 1} or {expected} was replaced and its hash recomputed: entry {expected} does not follow the entry {expected - 1} that is stored.")
                        : "Entry 1 was replaced and its hash recomputed: it does not begin a chain.");
        }

        return null;
    }

    private static async ValueTask<bool> AppearsLaterAsync(long sequence, IAsyncEnumerator<AuditLine> rest)
    {
        while (await rest.MoveNextAsync())
        {
            if (AuditLink.Read(rest.Current)?.Sequence == sequence)
            {
                return true;
            }
        }

        return false;
    }

    private static AuditBreak? CompareWithAnchor(AuditAnchor anchor, long entries, string anchored)
    {
        if (entries < anchor.Entries)
        {
            return new AuditBreak(
                entries + 1,
                null,
                "truncated",
                Text($"The end is missing: the anchor vouches for {anchor.Entries} entries and there are {entries}. Entries {entries + 1} to {anchor.Entries} were removed, or an older copy of the database was put back."));
        }

        return string.Equals(anchored, anchor.Head, StringComparison.Ordinal)
            ? null
            : new AuditBreak(
                anchor.Entries,
                null,
                "changed",
                Text($"The chain was rewritten: it is consistent, but its entry {anchor.Entries} is not the one that was anchored. The first change is at or before entry {anchor.Entries}."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
