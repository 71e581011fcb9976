using System.Text.Json;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>Finds a character of a string in its file, where escapes take several columns.</summary>
internal static class StringColumns
{
    /// <summary>How many columns after the opening quote's own column the character stands; 0 when the place is no string.</summary>
    public static int Count(JsonElement root, string pointer, int offset)
    {
        if (Find(root, pointer) is not { ValueKind: JsonValueKind.String } value)
        {
            return 0;
        }

        var raw = value.GetRawText();
        var columns = 1;
        var at = 1;
        for (var decoded = 0; decoded < offset && at < raw.Length - 1; decoded++)
        {
            var width = raw[at] != '\\' ? 1 : raw[at + 1] == 'u' ? 6 : 2;
            columns += char.IsLowSurrogate(raw[at]) ? 0 : width;
            at += width;
        }

        return columns;
    }

    private static JsonElement? Find(JsonElement root, string pointer)
    {
        var element = root;
        foreach (var segment in JsonPointer.Split(pointer) ?? [])
        {
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(segment, out var member))
            {
                element = member;
            }
            else if (element.ValueKind == JsonValueKind.Array && int.TryParse(segment, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else
            {
                return null;
            }
        }

        return element;
    }
}
