using AgentRuntime.Json;

namespace AgentRuntime.Cli.Errors;

/// <summary>Helps somebody who mistyped a name.</summary>
internal static class Suggestion
{
    private const int MostListed = 20;

    /// <summary>A hint such as <c>Did you mean 'crm'? Known servers: crm, email.</c></summary>
    public static string Hint(string text, IReadOnlyCollection<string> candidates, string what)
    {
        var known = candidates.Count == 0
            ? $"There are no {what} yet."
            : $"Known {what}: {string.Join(", ", candidates.Order(StringComparer.Ordinal).Take(MostListed))}{(candidates.Count > MostListed ? ", ..." : ".")}";
        return Spelling.Nearest(text, candidates) is { } close ? $"Did you mean '{close}'? {known}" : known;
    }
}
