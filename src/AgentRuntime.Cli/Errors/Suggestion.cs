namespace AgentRuntime.Cli.Errors;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>The closest candidate within a third of the length (at least 1, at most 3 edits), or <c>null</c>.</summary>
    public static string? For(string text, IEnumerable<string> candidates)
    {
        var limit = Math.Clamp(text.Length / 3, 1, 3);
        return candidates
            .Select(candidate => (candidate, distance: Distance(text, candidate, limit)))
            .Where(pair => pair.distance <= limit)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>A hint such as <c>Did you mean 'crm'? Known servers: crm, email.</c></summary>
    public static string Hint(string text, IReadOnlyCollection<string> candidates, string what)
    {
        var known = candidates.Count == 0
            ? $"There are no {what} yet."
            : $"Known {what}: {string.Join(", ", candidates.Order(StringComparer.Ordinal).Take(20))}.";
        return For(text, candidates) is { } close ? $"Did you mean '{close}'? {known}" : known;
    }

    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
        {
            return limit + 1;
        }

        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + same);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
