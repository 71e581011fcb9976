using System.Text.Json;

namespace AgentRuntime.Audit;

/// <summary>One line of an audit chain as it is stored or exported, not yet trusted.</summary>
/// <param name="Place">The place under which it is stored, or <c>null</c> where the order of the lines is the only place, as in an exported file.</param>
/// <param name="Text">The line, without a line break.</param>
public readonly record struct AuditLine(long? Place, ReadOnlyMemory<byte> Text);

/// <summary>The parts of a line that the chain is made of; <c>null</c> members could not be read.</summary>
internal sealed record AuditLink(long? Place, long Sequence, string? Id, string PreviousHash, string StatedHash, string ActualHash)
{
    public bool IsIntact => string.Equals(StatedHash, ActualHash, StringComparison.Ordinal);

    /// <summary>Reads the parts, or <c>null</c> when the line is not an audit entry at all.</summary>
    public static AuditLink? Read(AuditLine line)
    {
        if (AuditChain.Hashes(line.Text.Span) is not { } hashes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line.Text);
            var json = document.RootElement;
            return json.ValueKind == JsonValueKind.Object
                && json.TryGetProperty("sequence", out var sequence) && sequence.ValueKind == JsonValueKind.Number && sequence.TryGetInt64(out var place)
                && json.TryGetProperty("previous_hash", out var previous) && previous.ValueKind == JsonValueKind.String
                    ? new AuditLink(line.Place, place, IdOf(json), previous.GetString()!, hashes.Stated, hashes.Actual)
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? IdOf(JsonElement json) =>
        json.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && Names.Name.IsValid(id.GetString()) ? id.GetString() : null;
}
