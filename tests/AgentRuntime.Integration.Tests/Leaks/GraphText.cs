using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>Every text that an object holds, however deep and however private: what any serialiser could ever write of it, and more.</summary>
internal static class GraphText
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static string Of(object? root)
    {
        var text = new StringBuilder();
        Walk(root, text, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return text.ToString();
    }

    private static void Walk(object? value, StringBuilder text, HashSet<object> seen)
    {
        switch (value)
        {
            case null or Type or Delegate or Task or Pointer or MemberInfo or IEqualityComparer:
                return;
            case string or Exception:
                text.Append(value).Append('\n');
                return;
            case byte[] bytes:
                text.Append(Encoding.UTF8.GetString(bytes)).Append('\n');
                return;
            case JsonElement json:
                text.Append(json.ValueKind == JsonValueKind.Undefined ? string.Empty : json.GetRawText()).Append('\n');
                return;
        }

        var type = value.GetType();
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || (!type.IsValueType && !seen.Add(value)))
        {
            return;
        }

        if (value is Array array)
        {
            foreach (var item in array)
            {
                Walk(item, text, seen);
            }

            return;
        }

        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            foreach (var field in level.GetFields(Fields))
            {
                if (!field.FieldType.IsPointer && !(type.IsValueType && field.FieldType == type))
                {
                    Walk(field.GetValue(value), text, seen);
                }
            }
        }
    }
}
