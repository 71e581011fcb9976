using System.Globalization;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Demo;

/// <summary>How the end of a demo looks.</summary>
internal static class DemoView
{
    public static void WriteJson(Utf8JsonWriter json, DemoResult result, bool kept)
    {
        json.WriteStartObject();
        json.WriteBoolean("succeeded", result.Succeeded);
        json.WritePropertyName("run");
        RunDetailView.WriteJson(json, result.Run);
        json.WriteStartObject("rotation");
        json.WriteString("credential", result.Rotation.Credential);
        json.WriteString("after_step", result.Rotation.AfterStep);
        json.WriteString("version_before", result.Rotation.Before?.State.CredentialVersion);
        json.WriteString("next_step", result.Rotation.After?.State.Path.Value);
        json.WriteString("version_after", result.Rotation.After?.State.CredentialVersion);
        json.WriteEndObject();
        json.WriteStartObject("audit");
        json.WriteNumber("entries", result.Chain.Entries);
        json.WriteBoolean("whole", result.Chain.Break is null);
        json.WriteString("head", result.Chain.Head);
        json.WriteEndObject();
        json.WritePropertyName("leaks");
        LeakView.WriteJson(json, result.Leaks, result.Values);
        json.WriteString("workspace", kept ? result.Workspace : null);
        json.WriteEndObject();
    }

    public static void WriteText(ITextOutput text, DemoResult result, bool steps)
    {
        if (steps)
        {
            Title(text, "Steps");
            RunDetailView.WriteSteps(text, result.Run);
        }

        RunDetailView.WriteEnd(text, result.Run);
        Title(text, "Rotation");
        WriteRotation(text, result.Rotation);
        Title(text, "Who used which credential, with what result");
        WriteAudit(text, result);
        Title(text, "Leak sweep");
        LeakView.WriteText(text, result.Leaks, result.Values);
    }

    public static void WriteNext(ITextOutput text, DemoResult result, bool kept)
    {
        Title(text, "Next");
        if (kept)
        {
            text.Line("The workspace is in ", new Piece(result.Workspace, Tone.Strong), ". Look around:");
            text.Line($"  agentruntime audit list --workspace {result.Workspace}");
            text.Line($"  agentruntime runs show latest --workspace {result.Workspace}");
            return;
        }

        text.Line("  agentruntime demo --keep    keeps the workspace, to look around in");
        text.Line("  agentruntime init           creates a workspace of your own");
    }

    private static void Title(ITextOutput text, string title)
    {
        text.Line();
        text.Line(new Piece(title, Tone.Strong));
    }

    private static void WriteRotation(ITextOutput text, DemoRotation rotation)
    {
        text.Line($"{rotation.Credential} was changed at the service and in the store after '{rotation.AfterStep}', while the run went on.");
        text.Line(
            $"'{rotation.Before?.State.Path.Value}' used {Used(rotation.Before)}, '{rotation.After?.State.Path.Value}' used {Used(rotation.After)}: ",
            rotation.Proven ? new Piece("the next step used the new one.", Tone.Good) : new Piece("not as promised.", Tone.Bad));
    }

    private static string Used(Runs.StepView? step) => step is null ? "nothing" : RunDetailView.CredentialOf(step.State);

    private static void WriteAudit(ITextOutput text, DemoResult result)
    {
        var table = new TextTable("time", "step", "tool", "credential", "result", "duration");
        foreach (var entry in result.Audit.Where(entry => entry.Draft.Phase == AuditPhase.Outcome || entry.Draft.Decision == AuditDecision.Denied))
        {
            var draft = entry.Draft;
            table.Add(
                TimeText.OfDay(draft.Time),
                draft.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $"{draft.Step} #{draft.Attempt}") : draft.Step.Value,
                $"{draft.Server}/{draft.Tool}",
                draft.CredentialVersion is { } version ? $"{draft.Credential}#v{version}" : draft.Credential.ToString(),
                StatusText.Of(draft.Result is { } ended ? AuditNames.Of(ended) : "denied"),
                TimeText.Of(draft.DurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null));
        }

        text.Table(table);
        text.Line(
            string.Create(CultureInfo.InvariantCulture, $"{result.Chain.Entries} entries, each use with its intent before it: "),
            result.Chain.Break is null ? new Piece("the chain is whole.", Tone.Good) : new Piece(result.Chain.Break.Message, Tone.Bad));
    }
}
