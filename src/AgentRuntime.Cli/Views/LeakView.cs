using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Output;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Views;

/// <summary>How the result of a search for credentials looks.</summary>
internal static class LeakView
{
    /// <param name="json">Takes the object.</param>
    /// <param name="result">What was found.</param>
    /// <param name="values">How many credential versions were looked for.</param>
    public static void WriteJson(Utf8JsonWriter json, LeakSearchResult result, int values)
    {
        json.WriteStartObject();
        json.WriteNumber("files", result.Files);
        json.WriteNumber("bytes", result.Bytes);
        json.WriteNumber("values", values);
        json.WriteNumber("hits", result.TotalFindings);
        json.WriteStartArray("findings");
        foreach (var finding in result.Findings)
        {
            json.WriteStartObject();
            json.WriteString("file", finding.File);
            json.WriteString("entry", finding.Entry);
            json.WriteNumber("offset", finding.Offset);
            json.WriteString("credential", finding.Label);
            json.WriteString("encoding", finding.Encoding);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JsonParts.Strings(json, "problems", result.Problems);
        json.WriteEndObject();
    }

    /// <param name="text">Takes the lines.</param>
    /// <param name="result">What was found.</param>
    /// <param name="values">How many credential versions were looked for.</param>
    public static void WriteText(ITextOutput text, LeakSearchResult result, int values)
    {
        foreach (var finding in result.Findings)
        {
            var place = finding.Offset < 0 ? " in the name" : string.Create(CultureInfo.InvariantCulture, $" at byte {finding.Offset}");
            text.Line(new Piece(finding.Entry is null ? finding.File : $"{finding.File}!{finding.Entry}", Tone.Strong), place, $" ({finding.Encoding}): ", new Piece(finding.Label, Tone.Bad));
        }

        foreach (var problem in result.Problems)
        {
            text.Line(new Piece("warning ", Tone.Warn), problem);
        }

        text.Line(
            string.Create(CultureInfo.InvariantCulture, $"Searched {result.Files} files, {result.Bytes:N0} bytes, for {values} credential versions in every encoding: "),
            result.TotalFindings == 0
                ? new Piece("0 hits.", Tone.Good)
                : new Piece(string.Create(CultureInfo.InvariantCulture, $"{result.TotalFindings} hits. Change these credentials, then remove the files."), Tone.Bad));
    }
}
