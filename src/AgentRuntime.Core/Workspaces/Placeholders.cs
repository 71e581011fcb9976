using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Templates of attachments: text with <c>{field}</c> placeholders and no other braces.</summary>
internal static class Placeholders
{
    /// <summary>Whether the text holds something like a placeholder.</summary>
    public static bool Any(string text)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : text.IndexOf('}', open);
        return close > open && Name.IsValid(text[(open + 1)..close]);
    }

    /// <summary>The fields of a template in order; reports a bad one and gives <c>null</c>.</summary>
    public static IReadOnlyList<string>? Read(ObjectReader reader, string pointer, string template)
    {
        var fields = new List<string>();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == '}' || char.IsControl(template[i]))
            {
                return Bad(reader, pointer);
            }

            if (template[i] != '{')
            {
                continue;
            }

            var close = template.IndexOf('}', i);
            if (close < 0 || !Name.IsValid(template[(i + 1)..close]))
            {
                return Bad(reader, pointer);
            }

            fields.Add(template[(i + 1)..close]);
            i = close;
            if (close + 1 < template.Length && template[close + 1] == '}')
            {
                return Bad(reader, pointer);
            }
        }

        return fields.Count > 0 ? fields : Bad(reader, pointer);
    }

    private static IReadOnlyList<string>? Bad(ObjectReader reader, string pointer)
    {
        reader.ReportAt(pointer, ProblemCodes.BadPlaceholder, "The template is not text with {field} placeholders.", "Write at least one placeholder such as {value}; double braces, other braces and control characters are not allowed.");
        return null;
    }
}
