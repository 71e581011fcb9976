using System.Text.Json;

namespace AgentRuntime.Vaults.Aws.Secrets;

/// <summary>A version without its value.</summary>
/// <param name="Id">The version.</param>
/// <param name="Stages">Its labels; none when AWS may remove it.</param>
/// <param name="Created">When it was written.</param>
/// <param name="LastRead">The day on which it was last read.</param>
internal sealed record VersionFacts(string Id, IReadOnlyList<string> Stages, DateTimeOffset Created, DateTimeOffset? LastRead)
{
    /// <summary>Reads an item of <c>ListSecretVersionIds</c>.</summary>
    public static VersionFacts? Read(JsonElement json) =>
        json.TryGetProperty("VersionId", out var id) && id.ValueKind == JsonValueKind.String
            ? new VersionFacts(
                id.GetString()!,
                json.TryGetProperty("VersionStages", out var stages) ? SecretFacts.Texts(stages) : [],
                SecretFacts.Moment(json, "CreatedDate") ?? default,
                SecretFacts.Moment(json, "LastAccessedDate"))
            : null;
}
