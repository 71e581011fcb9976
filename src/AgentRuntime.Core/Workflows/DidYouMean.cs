using AgentRuntime.Json;

namespace AgentRuntime.Workflows;

/// <summary>Hints for names that do not exist. Names that may be secrets are left out.</summary>
internal static class DidYouMean
{
    private const int MaxListed = 12;

    /// <summary>"Did you mean 'x'?" when something is near; else <paramref name="otherwise"/>, with the names there are when they are few.</summary>
    public static string Hint(string given, IEnumerable<string> known, string otherwise)
    {
        var names = known.Where(PrintableName.IsSafe).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return Spelling.Nearest(given, names) is { } nearest ? $"Did you mean '{nearest}'?"
            : names.Length is > 0 and <= MaxListed ? $"{otherwise} There are: {string.Join(", ", names)}."
            : otherwise;
    }
}
