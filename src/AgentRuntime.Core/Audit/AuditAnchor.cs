using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentRuntime.Audit;

/// <summary>The head of an audit chain, kept away from the chain, so that a missing end is noticed.</summary>
/// <param name="Version">The version of this form: 1.</param>
/// <param name="Workspace">The id of the workspace that the chain belongs to.</param>
/// <param name="Entries">How many entries the chain had.</param>
/// <param name="Head">The hash of its last entry, or 64 zeros.</param>
/// <param name="Time">When this was written, UTC.</param>
/// <param name="StartedAt">How many entries the chain already had when it was anchored for the first time: a loss before that was not watched by the anchor. 0 when watched from the start.</param>
public sealed record AuditAnchor(int Version, string Workspace, long Entries, string Head, DateTimeOffset Time, long StartedAt)
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The JSON form.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AuditAnchorJson.Default.AuditAnchor);

    /// <summary>Reads the JSON form; <c>null</c> when it is not one of this version.</summary>
    public static AuditAnchor? FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AuditAnchorJson.Default.AuditAnchor) is { Version: CurrentVersion, Entries: >= 0, Head.Length: AuditChain.HashLength, Workspace: not null } anchor
                ? anchor
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AuditAnchor))]
internal sealed partial class AuditAnchorJson : JsonSerializerContext;
