using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentRuntime.Secrets;

/// <summary>Refuses to read or write a secret as JSON, so that no serialised object can carry one.</summary>
internal sealed class SecretValueJsonConverter : JsonConverter<SecretValue>
{
    public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A secret is never read from JSON by a serialiser.");

    public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) =>
        throw new NotSupportedException("A secret is never written as JSON.");
}
