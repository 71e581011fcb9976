namespace AgentRuntime.Vaults.Azure.Values;

/// <summary>The names of a version's fields as tags of the secret, so that a listing knows them without the value.</summary>
internal static class FieldNames
{
    private const string Tag = "agentruntime-fields";
    private const int MaxTags = 10;
    private const int MaxTagLength = 256;

    /// <summary>Adds the tags; none when the names do not fit, and a listing then shows none.</summary>
    public static void Write(IEnumerable<string> names, IDictionary<string, string> tags)
    {
        var lines = new List<string>();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (lines.Count > 0 && lines[^1].Length + name.Length < MaxTagLength)
            {
                lines[^1] += $",{name}";
            }
            else
            {
                lines.Add(name);
            }
        }

        for (var i = 0; i < lines.Count && lines.Count <= MaxTags; i++)
        {
            tags[TagOf(i)] = lines[i];
        }
    }

    /// <summary>The names that the tags hold.</summary>
    public static IReadOnlyList<string> Read(IDictionary<string, string> tags)
    {
        var names = new List<string>();
        for (var i = 0; i < MaxTags && tags.TryGetValue(TagOf(i), out var line); i++)
        {
            names.AddRange(line.Split(',').Where(AgentRuntime.Names.Name.IsValid));
        }

        return names;
    }

    private static string TagOf(int index) => index == 0 ? Tag : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Tag}-{index + 1}");
}
