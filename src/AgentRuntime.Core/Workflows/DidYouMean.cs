namespace AgentRuntime.Workflows;

/// <summary>Hints for names that do not exist.</summary>
internal static class DidYouMean
{
    /// <summary>"Did you mean 'x'?" when something is near, else the names there are, else <paramref name="otherwise"/>.</summary>
    public static string Hint(string given, IEnumerable<string> known, string otherwise)
    {
        var names = known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(given, name)))
            .Where(found => found.Distance <= Math.Max(1, Math.Min(given.Length, found.Name.Length) / 3))
            .OrderBy(found => found.Distance)
            .Select(found => found.Name)
            .FirstOrDefault();
        return nearest is not null ? $"Did you mean '{nearest}'?"
            : names.Length is > 0 and <= 12 ? $"{otherwise} There are: {string.Join(", ", names)}."
            : otherwise;
    }

    /// <summary>Edits (with swaps of neighbours) from one name to the other, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 4 || a.Length > 128 || b.Length > 128)
        {
            return int.MaxValue;
        }

        a = a.ToUpperInvariant();
        b = b.ToUpperInvariant();
        var (before, last, now) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
                }
            }

            (before, last, now) = (last, now, before);
        }

        return last[b.Length];
    }
}
