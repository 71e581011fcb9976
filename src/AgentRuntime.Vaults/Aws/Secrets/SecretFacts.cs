using System.Text.Json;

namespace AgentRuntime.Vaults.Aws.Secrets;

/// <summary>A secret without values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Deleted">When it is destroyed, or was scheduled to be; <c>null</c> when it is not.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Labelled">The versions that have labels, with them.</param>
internal sealed record SecretFacts(string Name, DateTimeOffset? Deleted, DateTimeOffset Created, IReadOnlyDictionary<string, IReadOnlyList<string>> Labelled)
{
    /// <summary>The version that carries the label, or <c>null</c>.</summary>
    public string? With(string label) => Labelled.FirstOrDefault(version => version.Value.Contains(label, StringComparer.Ordinal)).Key;

    /// <summary>Reads an item of <c>ListSecrets</c> or the answer of <c>DescribeSecret</c>, which name the labels differently.</summary>
    public static SecretFacts? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(nameof(Name), out var name) || name.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var labelled = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if ((json.TryGetProperty("VersionIdsToStages", out var versions) || json.TryGetProperty("SecretVersionsToStages", out versions)) && versions.ValueKind == JsonValueKind.Object)
        {
            foreach (var version in versions.EnumerateObject())
            {
                labelled[version.Name] = Texts(version.Value);
            }
        }

        return new SecretFacts(name.GetString()!, Moment(json, "DeletedDate"), Moment(json, "CreatedDate") ?? default, labelled);
    }

    /// <summary>A list of texts.</summary>
    public static IReadOnlyList<string> Texts(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)] : [];

    /// <summary>A time, in seconds since 1970.</summary>
    public static DateTimeOffset? Moment(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
