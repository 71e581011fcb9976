using System.Globalization;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Cli.Commands.Audit;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Views;

/// <summary>How the comparison of two logs looks.</summary>
internal sealed class ReconcileView(ReconciliationReport report, ReconcileOptions options, IReadOnlyList<LogFiles> logs, AuditVerification chain)
{
    private const int MostMatchedRows = 50;

    /// <summary>As one document; see <c>docs/operations/reconcile.md</c>.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("explained", report.IsExplained);
        json.WriteBoolean("audit_chain_whole", chain.Break is null);
        JsonParts.Time(json, "since", options.Since);
        JsonParts.Time(json, "until", options.Until);
        json.WriteNumber("tolerance_s", options.Tolerance.TotalSeconds);
        WriteLogs(json);
        WriteCounts(json);
        ReconcileParts.Judged(json, "unexplained", report.Unexplained);
        ReconcileParts.Judged(json, "reads_after_revocation", report.AfterRevocation);
        ReconcileParts.Unread(json, "intents_without_read", report.IntentsWithoutRead);
        ReconcileParts.Reads(json, "outside_runs", report.OutsideRuns);
        ReconcileParts.Judged(json, "without_value", report.WithoutValue);
        ReconcileParts.Matched(json, "matched", report.Matched);
        json.WriteEndObject();
    }

    /// <summary>As tables: what stands out first.</summary>
    public void WriteText(ITextOutput text)
    {
        foreach (var log in logs)
        {
            var extent = log.Reader.Extent;
            text.Line(new Piece(log.Reader.Store, Tone.Strong), string.Create(CultureInfo.InvariantCulture, $": {extent.Entries} entries of its log, {TimeText.Of(extent.First)} to {TimeText.Of(extent.Last)}"));
            foreach (var (file, line) in log.CutOff)
            {
                text.Line(new Piece("warning ", Tone.Warn), string.Create(CultureInfo.InvariantCulture, $"{file} ends in the middle of line {line}, which was left out."));
            }
        }

        if (chain.Break is { } broken)
        {
            text.Line(new Piece("The audit chain of the runtime is broken", Tone.Bad), string.Create(CultureInfo.InvariantCulture, $" at entry {broken.Sequence}: nothing below can be relied on. Run 'agentruntime audit verify'."));
        }

        if (report.ClockSkew is { } skew)
        {
            text.Line(new Piece("warning ", Tone.Warn), string.Create(CultureInfo.InvariantCulture, $"The clocks of store and runtime differ by {skew.TotalSeconds:0.#} s or more; see --tolerance."));
        }

        ReconcileParts.Judged(text, new Piece("Reads that did not come from the runtime", Tone.Bad), report.Unexplained);
        ReconcileParts.Judged(text, new Piece("Reads after revocation", Tone.Bad), report.AfterRevocation);
        ReconcileParts.Unread(text, new Piece("Intents without a read", Tone.Warn), report.IntentsWithoutRead);
        ReconcileParts.Reads(text, new Piece("By the runtime, outside of runs", Tone.Strong), report.OutsideRuns);
        ReconcileParts.Judged(text, new Piece("Requests that gave no value", Tone.Strong), report.WithoutValue);
        ReconcileParts.Matched(text, new Piece("Matched", Tone.Good), report.Matched, MostMatchedRows);
        text.Line(
            string.Create(CultureInfo.InvariantCulture, $"{report.Matched.Count} matched, {report.IntentsWithoutRead.Count} intents without a read, {report.OutsideRuns.Count} outside of runs, {report.WithoutValue.Count} without a value: "),
            report.IsExplained
                ? new Piece("every read is explained.", Tone.Good)
                : new Piece(string.Create(CultureInfo.InvariantCulture, $"{report.Unexplained.Count} unexplained, {report.AfterRevocation.Count} after revocation."), Tone.Bad));
    }

    private void WriteLogs(Utf8JsonWriter json)
    {
        json.WriteStartArray("logs");
        foreach (var log in logs)
        {
            json.WriteStartObject();
            json.WriteString("store", log.Reader.Store);
            JsonParts.Strings(json, "files", log.Names);
            json.WriteNumber("entries", log.Reader.Extent.Entries);
            JsonParts.Time(json, "first", log.Reader.Extent.First);
            JsonParts.Time(json, "last", log.Reader.Extent.Last);
            json.WriteStartArray("cut_off");
            foreach (var (file, line) in log.CutOff)
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteNumber("line", line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.ClockSkew is { } skew)
        {
            json.WriteNumber("clock_skew_s", skew.TotalSeconds);
        }
        else
        {
            json.WriteNull("clock_skew_s");
        }
    }

    private void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteStartObject("counts");
        json.WriteNumber("matched", report.Matched.Count);
        json.WriteNumber("unexplained", report.Unexplained.Count);
        json.WriteNumber("reads_after_revocation", report.AfterRevocation.Count);
        json.WriteNumber("intents_without_read", report.IntentsWithoutRead.Count);
        json.WriteNumber("outside_runs", report.OutsideRuns.Count);
        json.WriteNumber("without_value", report.WithoutValue.Count);
        json.WriteEndObject();
    }
}
