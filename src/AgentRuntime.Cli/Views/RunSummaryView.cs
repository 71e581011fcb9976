using System.Text.Json;
using AgentRuntime.Cli.Output;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Views;

/// <summary>How a list of runs looks.</summary>
internal static class RunSummaryView
{
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<RunSummary> runs)
    {
        json.WriteStartObject();
        json.WriteStartArray("runs");
        foreach (var run in runs)
        {
            json.WriteStartObject();
            json.WriteString("run_id", run.Run.Value);
            json.WriteString("workflow", run.Workflow.Value);
            json.WriteString("status", StatusText.Word(RunView.StatusOf(run)));
            json.WriteString("started", run.Started);
            JsonParts.Time(json, "ended", run.Ended);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteText(ITextOutput text, IReadOnlyList<RunSummary> runs)
    {
        if (runs.Count == 0)
        {
            text.Line("There are no runs yet. Start one with 'agentruntime run WORKFLOW'.");
            return;
        }

        var table = new TextTable("run", "workflow", "status", "started", "duration");
        foreach (var run in runs)
        {
            table.Add(run.Run.Value, run.Workflow.Value, StatusText.Of(RunView.StatusOf(run)), TimeText.Of(run.Started), TimeText.Of(run.Ended - run.Started));
        }

        text.Table(table);
    }
}
