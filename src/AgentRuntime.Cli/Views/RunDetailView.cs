using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Output;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Views;

/// <summary>How one run looks.</summary>
internal static class RunDetailView
{
    /// <summary>The document of <c>run</c>; <c>runs show</c> adds the members of <paramref name="history"/>.</summary>
    public static void WriteJson(Utf8JsonWriter json, RunView run, bool history = false)
    {
        json.WriteStartObject();
        json.WriteString("run_id", run.State.Run.Value);
        json.WriteString("workflow", run.State.Workflow);
        json.WriteString("workflow_sha256", run.State.WorkflowSha256);
        json.WriteString("status", StatusText.Word(run.Status));
        if (history)
        {
            json.WriteString("principal", run.State.Principal);
            JsonParts.Time(json, "started", run.State.Started);
            JsonParts.Time(json, "ended", run.State.Ended);
            json.WriteString("trace_id", run.State.TraceId);
            JsonParts.Content(json, "input", run.State.Input);
        }

        JsonParts.Content(json, "outputs", run.State.Outputs);
        json.WriteStartArray("steps");
        foreach (var step in run.Steps)
        {
            WriteStep(json, step, history);
        }

        json.WriteEndArray();
        JsonParts.Error(json, run.State.Error);
        json.WriteEndObject();
    }

    /// <summary>The run's head and its steps.</summary>
    public static void WriteText(ITextOutput text, RunView run)
    {
        text.Line(new Piece(run.State.Run.Value, Tone.Strong), "  ", run.State.Workflow, "  ", StatusText.Of(run.Status));
        text.Line(new Piece($"started {TimeText.Of(run.State.Started)} by {run.State.Principal}, took {TimeText.Of(run.State.Ended - run.State.Started)}", Tone.Dim));
        WriteSteps(text, run);
        WriteEnd(text, run);
    }

    /// <summary>The steps as a table.</summary>
    public static void WriteSteps(ITextOutput text, RunView run) => text.Table(StepTable(run.Steps));

    /// <summary>The steps as a table.</summary>
    public static TextTable StepTable(IEnumerable<StepView> steps)
    {
        var table = new TextTable("step", "status", "tool", "credential", "attempts", "duration", "note");
        foreach (var step in steps)
        {
            table.Add(
                Indented(step.State.Path.Value),
                StatusText.Of(step.Status),
                step.State.Tool ?? "-",
                CredentialOf(step.State),
                step.State.Attempts.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(step.Duration),
                new Piece(step.Note ?? string.Empty, Tone.Dim));
        }

        return table;
    }

    /// <summary>The outputs or the error.</summary>
    public static void WriteEnd(ITextOutput text, RunView run)
    {
        if (run.State.Error is { } error)
        {
            text.Line(new Piece(error.Code, Tone.Bad), error.Step is { } step ? $" in {step}: " : ": ", error.Message.Text);
        }

        if (run.State.Outputs is { } outputs)
        {
            text.Line(new Piece("outputs ", Tone.Strong), outputs.ToString());
        }
    }

    /// <summary>Such as <c>crm/read#v2</c>, or a dash.</summary>
    public static string CredentialOf(StepState step) =>
        step.Credential is null ? "-" : step.CredentialVersion is null ? step.Credential : $"{step.Credential}#v{step.CredentialVersion}";

    private static string Indented(string path) => path.Contains('[', StringComparison.Ordinal) ? "  " + path : path;

    private static void WriteStep(Utf8JsonWriter json, StepView step, bool history)
    {
        json.WriteStartObject();
        json.WriteString("id", step.State.Path.Value);
        json.WriteString("status", step.Status);
        json.WriteNumber("attempts", step.State.Attempts);
        json.WriteString("credential", step.State.Credential);
        json.WriteString("credential_version", step.State.CredentialVersion);
        JsonParts.Milliseconds(json, "duration_ms", step.Duration);
        if (history)
        {
            json.WriteString("tool", step.State.Tool);
            json.WriteString("note", step.Note);
            JsonParts.Error(json, step.State.Error);
        }

        json.WriteEndObject();
    }
}
