using System.Globalization;
using System.Text.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Cli.Output;

/// <summary>How problems of files look.</summary>
internal static class ProblemsView
{
    /// <summary>As the member <c>problems</c>, or another.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<Problem> problems, string member = "problems")
    {
        json.WriteStartArray(member);
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteString("pointer", problem.Pointer);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("code", problem.Code);
            json.WriteString("message", problem.Message);
            json.WriteString("fix", problem.Fix);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>As lines that editors can jump to.</summary>
    public static void WriteText(ITextOutput text, IReadOnlyList<Problem> problems, Tone tone = Tone.Bad)
    {
        foreach (var problem in problems)
        {
            var place = problem.Line > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{problem.File}:{problem.Line}:{problem.Column}")
                : problem.File;
            text.Line(new Piece(place, Tone.Strong), " ", new Piece(problem.Code, tone), problem.Pointer.Length > 0 ? $" at {problem.Pointer}" : string.Empty);
            text.Line("  ", problem.Message);
            text.Line(new Piece("  fix: ", Tone.Dim), problem.Fix);
        }
    }
}
