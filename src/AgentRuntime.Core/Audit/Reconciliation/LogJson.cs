using System.Globalization;
using System.Text.Json;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Reads members of a log's entries; whatever is missing or of another type is <c>null</c>.</summary>
internal static class LogJson
{
    /// <summary>The greatest length of a text that is kept, in characters; the rest is cut off and marked.</summary>
    public const int LongestText = 1024;

    /// <summary>A member of an object.</summary>
    public static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A text, cut when it is long; <c>null</c> when it is empty.</summary>
    public static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "...")
            : null;

    /// <summary>A whole number, also when it is written as a text.</summary>
    public static int? Number(JsonElement? element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        { ValueKind: JsonValueKind.String } value when int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>A time (RFC 3339); one without an offset is UTC. More than seven fractional digits are rounded. Only years from 1970 to 8999, so that times can be added to.</summary>
    public static DateTimeOffset? Time(JsonElement? element, string name) =>
        Text(element, name) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && time.Year is >= 1970 and < 9000
            ? time
            : null;
}
