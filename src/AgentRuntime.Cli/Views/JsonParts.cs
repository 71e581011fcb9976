using System.Text.Json;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Views;

/// <summary>Members that many answers have.</summary>
internal static class JsonParts
{
    public static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan? duration)
    {
        if (duration is { } known)
        {
            json.WriteNumber(name, Math.Round(known.TotalMilliseconds, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Content(Utf8JsonWriter json, string name, ScrubbedJson? content)
    {
        json.WritePropertyName(name);
        if (content is { Element: { ValueKind: not JsonValueKind.Undefined } element })
        {
            element.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    public static void Error(Utf8JsonWriter json, RunError? error)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message.Text);
        json.WriteString("step", error.Step);
        json.WriteString("pointer", error.Pointer);
        json.WriteEndObject();
    }

    public static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
