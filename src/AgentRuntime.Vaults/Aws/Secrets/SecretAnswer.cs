using System.Text.Json;
using AgentRuntime.Vaults.Aws.Values;

namespace AgentRuntime.Vaults.Aws.Secrets;

/// <summary>One version with its value, as <c>GetSecretValue</c> gives it. Zeroed when disposed.</summary>
/// <param name="VersionId">The version.</param>
/// <param name="Stages">Its labels.</param>
/// <param name="Content">Its content.</param>
internal sealed record SecretAnswer(string VersionId, IReadOnlyList<string> Stages, SecretContent Content) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();

    /// <summary>Never the content.</summary>
    public override string ToString() => $"[version {VersionId}]";

    /// <summary>Reads the answer, or gives <c>null</c> when it is not of that form.</summary>
    public static SecretAnswer? Read(ReadOnlySpan<byte> body)
    {
        string? version = null;
        var stages = new List<string>();
        SecretContent? content = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = Member(ref reader);
                reader.Read();
                switch (member)
                {
                    case Part.Version when reader.TokenType == JsonTokenType.String:
                        version = reader.GetString();
                        break;
                    case Part.Stages when reader.TokenType == JsonTokenType.StartArray:
                        while (reader.Read() && reader.TokenType == JsonTokenType.String)
                        {
                            stages.Add(reader.GetString()!);
                        }

                        break;
                    case Part.Text when content is null && reader.TokenType == JsonTokenType.String && JsonValues.Text(ref reader) is { } text:
                        content = new SecretContent(IsBinary: false, text);
                        break;
                    case Part.Bytes when content is null && reader.TokenType == JsonTokenType.String && JsonValues.Decode(ref reader) is { } bytes:
                        content = new SecretContent(IsBinary: true, bytes);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            if (version is not null && content is not null)
            {
                return new SecretAnswer(version, stages, content);
            }
        }
        catch (JsonException)
        {
            // Not of that form.
        }

        content?.Dispose();
        return null;
    }

    private static Part Member(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("VersionId"u8) ? Part.Version
        : reader.ValueTextEquals("VersionStages"u8) ? Part.Stages
        : reader.ValueTextEquals("SecretString"u8) ? Part.Text
        : reader.ValueTextEquals("SecretBinary"u8) ? Part.Bytes
        : Part.Other;

    private enum Part
    {
        Other,
        Version,
        Stages,
        Text,
        Bytes,
    }
}
