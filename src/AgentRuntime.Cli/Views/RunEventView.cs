using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Output;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Views;

/// <summary>How a run event looks.</summary>
internal static class RunEventView
{
    /// <summary>The event with its columns: one object.</summary>
    public static void WriteJson(Utf8JsonWriter json, RunEvent e)
    {
        using var payload = JsonDocument.Parse(RunEventJson.Serialize(e));
        json.WriteStartObject();
        json.WriteString("run_id", e.Run.Value);
        json.WriteNumber("sequence", e.Sequence);
        json.WriteString("time", e.Time);
        json.WriteString("trace_id", e.TraceId);
        if (e is StepEvent step)
        {
            json.WriteString("step_id", step.Step.Value);
            if (step.Attempt is { } attempt)
            {
                json.WriteNumber("attempt", attempt);
            }
            else
            {
                json.WriteNull("attempt");
            }
        }

        foreach (var member in payload.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteEndObject();
    }

    /// <summary>One row: what happened to what.</summary>
    public static void AddTo(TextTable table, RunEvent e)
    {
        var step = e as StepEvent;
        table.Add(
            e.Sequence.ToString(CultureInfo.InvariantCulture),
            TimeText.OfDay(e.Time),
            TypeOf(e),
            step?.Step.Value ?? string.Empty,
            step?.Attempt?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
            new Piece(DetailOf(e), Tone.Dim));
    }

    /// <summary>The type as it is stored, such as <c>step_started</c>.</summary>
    public static string TypeOf(RunEvent e) => e switch
    {
        RunStarted => "run_started",
        StepStarted => "step_started",
        StepRetrying => "step_retrying",
        StepWaiting => "step_waiting",
        StepSucceeded => "step_succeeded",
        StepFailed => "step_failed",
        StepSkipped => "step_skipped",
        StepCancelled => "step_cancelled",
        StepInDoubt => "step_in_doubt",
        RunSucceeded => "run_succeeded",
        RunFailed => "run_failed",
        RunCancelled => "run_cancelled",
        _ => "unknown",
    };

    /// <summary>The part that matters, in a few words.</summary>
    public static string DetailOf(RunEvent e) => e switch
    {
        RunStarted started => $"{started.Workflow} by {started.Principal}",
        StepStarted started => string.Join(" ", new[] { started.Tool, started.Credential is null ? null : $"with {started.Credential}" }.Where(part => part is not null)),
        StepRetrying retrying => string.Create(CultureInfo.InvariantCulture, $"{retrying.Error.Code}: {retrying.Error.Message}; again in {retrying.DelayMs:0} ms"),
        StepWaiting waiting => $"until {TimeText.Of(waiting.Until)}",
        StepSucceeded done => Used(done.Credential, done.CredentialVersion, done.DurationMs),
        StepFailed failed => $"{failed.Error.Code}: {failed.Error.Message}",
        StepInDoubt doubt => $"{doubt.Error.Code}: {doubt.Error.Message}",
        StepSkipped skipped => $"{skipped.Code}: {skipped.Reason}",
        StepCancelled cancelled => cancelled.Reason.Text + (cancelled.EffectPossible ? " The tool may have acted." : string.Empty),
        RunFailed failed => $"{failed.Error.Code}: {failed.Error.Message}",
        RunCancelled cancelled => cancelled.Reason.Text,
        _ => string.Empty,
    };

    private static string Used(string? credential, string? version, double durationMs) =>
        (credential is null ? string.Empty : $"{credential}#v{version}, ") + TimeText.Of(TimeSpan.FromMilliseconds(durationMs));
}
