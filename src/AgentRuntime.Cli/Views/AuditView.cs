using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Views;

/// <summary>How audit entries look.</summary>
internal static class AuditView
{
    /// <summary>The headings of the table.</summary>
    public static TextTable NewTable() => new("time", "phase", "workflow", "step", "tool", "credential", "result", "duration", "id");

    /// <summary>One row.</summary>
    public static void AddTo(TextTable table, AuditEntry entry)
    {
        var draft = entry.Draft;
        table.Add(
            TimeText.Of(draft.Time),
            new Piece(AuditNames.Of(draft.Phase), Tone.Dim),
            draft.Workflow.Value,
            draft.Attempt > 1 ? $"{draft.Step} (attempt {draft.Attempt})" : draft.Step.Value,
            $"{draft.Server}/{draft.Tool}",
            draft.CredentialVersion is { } version ? $"{draft.Credential}#v{version}" : draft.Credential.ToString(),
            StatusText.Of(ResultOf(draft)),
            TimeText.Of(draft.DurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null),
            new Piece(draft.Id, Tone.Dim));
    }

    /// <summary>The entry's canonical members.</summary>
    public static void WriteJson(Utf8JsonWriter json, AuditEntry entry)
    {
        using var document = JsonDocument.Parse(AuditEntryJson.Write(entry));
        document.RootElement.WriteTo(json);
    }

    /// <summary>Every member on a line of its own.</summary>
    public static void WriteText(ITextOutput text, AuditEntry entry)
    {
        using var document = JsonDocument.Parse(AuditEntryJson.Write(entry));
        foreach (var member in document.RootElement.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            text.Line(new Piece(member.Name.PadRight(20), Tone.Strong), member.Value.ToString());
        }
    }

    /// <summary>The result, or the decision where there is none yet.</summary>
    private static string ResultOf(AuditDraft draft) =>
        draft.Decision == AuditDecision.Denied ? AuditNames.Of(draft.Decision) : draft.Result is { } result ? AuditNames.Of(result) : AuditNames.Of(draft.Decision);
}
