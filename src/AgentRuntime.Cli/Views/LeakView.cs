using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Leaks;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Views;

/// <summary>How the result of a search for credentials looks.</summary>
internal static class LeakView
{
    public static void WriteJson(Utf8JsonWriter json, LeakReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("files", report.Files);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("values", report.Values);
        json.WriteStartArray("hits");
        foreach (var hit in report.Hits)
        {
            json.WriteStartObject();
            json.WriteString("place", hit.Place);
            json.WriteNumber("near_byte", hit.Offset);
            json.WriteString("credential", hit.Label);
            json.WriteNumber("count", hit.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JsonParts.Strings(json, "unreadable", report.Unreadable);
        json.WriteEndObject();
    }

    public static void WriteText(ITextOutput text, LeakReport report)
    {
        foreach (var hit in report.Hits)
        {
            text.Line(new Piece(hit.Place, Tone.Strong), string.Create(CultureInfo.InvariantCulture, $" near byte {hit.Offset}: "), new Piece(hit.Label, Tone.Bad), hit.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" {hit.Count} times") : string.Empty);
        }

        foreach (var file in report.Unreadable)
        {
            text.Line(new Piece("could not be searched: ", Tone.Warn), file);
        }

        text.Line(
            string.Create(CultureInfo.InvariantCulture, $"Searched {report.Files} files, {report.Bytes:N0} bytes, for {report.Values} credential versions: "),
            report.Hits.Count == 0 ? new Piece("nothing found.", Tone.Good) : new Piece(string.Create(CultureInfo.InvariantCulture, $"{report.Hits.Sum(hit => hit.Count)} found. Rotate them with 'agentruntime credentials set' and remove the files."), Tone.Bad));
    }
}
