using System.Globalization;

namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>What KV version 2 says about a secret, without its value.</summary>
/// <param name="Current">The newest version, whatever its state; 0 when there never was one.</param>
/// <param name="Versions">All versions that it still knows, newest first.</param>
/// <param name="Custom">The custom metadata.</param>
internal sealed record KvMetadata(long Current, IReadOnlyList<KvVersion> Versions, IReadOnlyDictionary<string, string> Custom)
{
    /// <summary>Reads the member <c>data</c> of the answer.</summary>
    public static KvMetadata Read(JsonSlice data) => new(
        data["current_version"].Number() ?? 0,
        [.. data["versions"].Members().Select(static pair => KvVersion.Read(pair.Value, long.TryParse(pair.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)).OrderByDescending(static version => version.Number)],
        data["custom_metadata"].Members().Where(static pair => pair.Value.Text() is not null).ToDictionary(static pair => pair.Name, static pair => pair.Value.Text()!, StringComparer.Ordinal));
}

/// <summary>One version of a secret in KV version 2.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Deletion">From when on it is deleted; may lie ahead.</param>
/// <param name="Destroyed">Whether the value is gone.</param>
internal sealed record KvVersion(long Number, DateTimeOffset Created, DateTimeOffset? Deletion, bool Destroyed)
{
    /// <summary>Reads the metadata of one version.</summary>
    public static KvVersion Read(JsonSlice metadata, long? number = null) => new(
        number ?? metadata["version"].Number() ?? 0,
        metadata["created_time"].Time() ?? DateTimeOffset.UnixEpoch,
        metadata["deletion_time"].Time(),
        metadata["destroyed"].Bool() ?? false);
}
