using System.Globalization;

namespace AgentRuntime.Json;

/// <summary>JSON pointers (RFC 6901) as text; the empty pointer is the whole document.</summary>
public static class JsonPointer
{
    /// <summary>The pointer of a member.</summary>
    public static string Append(string pointer, string segment) =>
        segment.AsSpan().IndexOfAny('~', '/') < 0
            ? $"{pointer}/{segment}"
            : $"{pointer}/{segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The pointer of an item, from 0.</summary>
    public static string Append(string pointer, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");

    /// <summary>The unescaped segments; <c>null</c> when the text is not a pointer.</summary>
    public static IReadOnlyList<string>? Split(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }

        if (pointer[0] != '/')
        {
            return null;
        }

        var segments = pointer[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (Unescape(segments[i]) is not { } segment)
            {
                return null;
            }

            segments[i] = segment;
        }

        return segments;
    }

    private static string? Unescape(string segment)
    {
        for (var i = segment.IndexOf('~', StringComparison.Ordinal); i >= 0; i = segment.IndexOf('~', i + 1))
        {
            if (i + 1 >= segment.Length || segment[i + 1] is not ('0' or '1'))
            {
                return null;
            }
        }

        return segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
