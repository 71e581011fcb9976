using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Commands.Credentials;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Views;

/// <summary>How the result of copying credentials looks: names, versions and reasons.</summary>
internal static class CopyView
{
    public static void WriteJson(Utf8JsonWriter json, string from, string to, bool isDryRun, IReadOnlyList<CopyResult> results)
    {
        json.WriteStartObject();
        json.WriteString("from", from);
        json.WriteString("to", to);
        json.WriteBoolean("dry_run", isDryRun);
        json.WriteStartArray("credentials");
        foreach (var one in results)
        {
            json.WriteStartObject();
            json.WriteString("credential", one.Credential.ToString());
            json.WriteString("result", Word(one.Outcome));
            json.WriteString("from_version", one.FromVersion?.Value);
            json.WriteString("to_version", one.ToVersion?.Value);
            json.WriteString("reason", one.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteText(ITextOutput text, string from, string to, IReadOnlyList<CopyResult> results)
    {
        if (results.Count == 0)
        {
            text.Line("No manifest names a credential.");
            return;
        }

        var table = new TextTable("credential", "result", from, to, "reason");
        foreach (var one in results)
        {
            table.Add(one.Credential.ToString(), Piece(one.Outcome), one.FromVersion?.Value ?? "-", one.ToVersion?.Value ?? "-", one.Reason);
        }

        text.Table(table);
        text.Line(string.Join(", ", results.GroupBy(one => one.Outcome).OrderBy(group => group.Key).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Piece(group.Key).Text}"))), ".");
    }

    private static Piece Piece(CopyOutcome outcome) => outcome switch
    {
        CopyOutcome.Copied => new Piece("copied and verified", Tone.Good),
        CopyOutcome.Same => new Piece("same", Tone.Good),
        CopyOutcome.WouldCopy => new Piece("would copy", Tone.Normal),
        CopyOutcome.Differs => new Piece("differs", Tone.Bad),
        CopyOutcome.Missing => new Piece("missing", Tone.Bad),
        _ => new Piece("failed", Tone.Bad),
    };

    private static string Word(CopyOutcome outcome) => outcome switch
    {
        CopyOutcome.Copied => "copied",
        CopyOutcome.Same => "same",
        CopyOutcome.WouldCopy => "would_copy",
        CopyOutcome.Differs => "differs",
        CopyOutcome.Missing => "missing",
        _ => "failed",
    };
}
