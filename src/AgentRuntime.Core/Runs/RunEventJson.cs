using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentRuntime.Runs;

/// <summary>The stored JSON form of an event's payload: its type and its own members. Run, sequence, time, step, attempt and trace id are columns beside it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(RunEvent))]
public sealed partial class RunEventJson : JsonSerializerContext
{
    /// <summary>Serialises the payload.</summary>
    public static byte[] Serialize(RunEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, Default.RunEvent);

    /// <summary>Reads a payload that was stored; the caller sets the columns.</summary>
    public static RunEvent Deserialize(ReadOnlySpan<byte> payload) =>
        JsonSerializer.Deserialize(payload, Default.RunEvent) ?? throw new JsonException("An event is a JSON object.");
}
