using System.Text.Json;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Output;

/// <summary>How an error looks.</summary>
internal static class ErrorView
{
    /// <summary>As <c>{"error":{"code","message","hint","problems"}}</c>.</summary>
    public static void WriteJson(Utf8JsonWriter json, CliError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteString("hint", error.Hint);
        ProblemsView.WriteJson(json, error.Problems);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>As lines.</summary>
    public static void WriteText(ITextOutput text, CliError error)
    {
        ProblemsView.WriteText(text, error.Problems);
        text.Line(new Piece("error ", Tone.Bad), error.Message);
        if (error.Hint is { } hint)
        {
            text.Line(new Piece("hint  ", Tone.Dim), hint);
        }
    }
}
