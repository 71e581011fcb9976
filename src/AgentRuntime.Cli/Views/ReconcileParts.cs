using System.Globalization;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Views;

/// <summary>How the classes of a comparison look, each as a JSON member and as a table.</summary>
internal static class ReconcileParts
{
    public static void Judged(Utf8JsonWriter json, string name, IReadOnlyList<JudgedRead> judged) => Array(json, name, judged, one =>
    {
        json.WriteString("reason", one.Reason);
        json.WriteString("message", one.Message);
        Read(json, one.Read);
        Use(json, one.Use);
    });

    public static void Matched(Utf8JsonWriter json, string name, IReadOnlyList<MatchedRead> matched) => Array(json, name, matched, one =>
    {
        json.WriteString("by", Word(one.By));
        Read(json, one.Read);
        Use(json, one.Use);
    });

    public static void Unread(Utf8JsonWriter json, string name, IReadOnlyList<UnreadIntent> unread) => Array(json, name, unread, one =>
    {
        json.WriteString("reason", one.Reason);
        json.WriteString("message", one.Message);
        Use(json, one.Use);
    });

    public static void Reads(Utf8JsonWriter json, string name, IReadOnlyList<StoreReadRecord> reads) => Array(json, name, reads, one => Read(json, one));

    public static void Judged(ITextOutput text, Piece title, IReadOnlyList<JudgedRead> judged) =>
        Table(text, title, judged, judged.Count, new TextTable("time", "what", "who", "from", "answer", "why", "line"), (table, one) => table.Add(
            TimeText.Of(one.Read.Time), What(one.Read), one.Read.Actor, one.Read.Address, Word(one.Read.Outcome), one.Message, new Piece(Place(one.Read), Tone.Dim)));

    public static void Matched(ITextOutput text, Piece title, IReadOnlyList<MatchedRead> matched, int most) =>
        Table(text, title, matched, most, new TextTable("time", "credential", "workflow", "step", "tool", "result", "principal", "from", "by", "entry"), (table, one) =>
        {
            var entry = one.Use.Entry;
            table.Add(
                TimeText.Of(one.Read.Time),
                entry.CredentialVersion is { } version ? $"{entry.Credential}#v{version}" : entry.Credential.ToString(),
                entry.Workflow.Value,
                entry.Attempt > 1 ? $"{entry.Step} (attempt {entry.Attempt})" : entry.Step.Value,
                $"{entry.Server}/{entry.Tool}",
                entry.Result is { } result ? StatusText.Of(AuditNames.Of(result)) : new Piece("no outcome", Tone.Warn),
                entry.Principal,
                one.Read.Address,
                Word(one.By).Replace('_', ' '),
                new Piece(entry.Id, Tone.Dim));
        });

    public static void Unread(ITextOutput text, Piece title, IReadOnlyList<UnreadIntent> unread) =>
        Table(text, title, unread, unread.Count, new TextTable("time", "credential", "workflow", "step", "why", "entry"), (table, one) => table.Add(
            TimeText.Of(one.Use.Entry.Time), one.Use.Entry.Credential.ToString(), one.Use.Entry.Workflow.Value, one.Use.Entry.Step.Value, one.Message, new Piece(one.Use.Entry.Id, Tone.Dim)));

    public static void Reads(ITextOutput text, Piece title, IReadOnlyList<StoreReadRecord> reads) =>
        Table(text, title, reads, reads.Count, new TextTable("time", "what", "purpose", "from", "answer", "line"), (table, one) => table.Add(
            TimeText.Of(one.Time), What(one), one.Claim?.Purpose, one.Address, Word(one.Outcome), new Piece(Place(one), Tone.Dim)));

    private static void Table<T>(ITextOutput text, Piece title, IReadOnlyList<T> rows, int most, TextTable table, Action<TextTable, T> add)
    {
        if (rows.Count == 0)
        {
            return;
        }

        text.Line(string.Empty);
        text.Line(title, string.Create(CultureInfo.InvariantCulture, $": {rows.Count}{(rows.Count > most ? $", the last {most} (--json gives all)" : string.Empty)}"));
        foreach (var row in rows.Skip(rows.Count - Math.Min(most, rows.Count)))
        {
            add(table, row);
        }

        text.Table(table);
        text.Line(string.Empty);
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Read(Utf8JsonWriter json, StoreReadRecord read)
    {
        json.WriteStartObject("read");
        json.WriteString("time", read.Time);
        json.WriteString("store", read.Store);
        json.WriteString("path", read.Path);
        json.WriteString("credential", read.Credential?.ToString());
        json.WriteString("answer", Word(read.Outcome));
        json.WriteString("request_id", read.RequestId);
        json.WriteString("correlation_id", read.CorrelationId);
        json.WriteString("actor", read.Actor);
        json.WriteString("address", read.Address);
        json.WriteString("session", read.Session);
        JsonParts.Time(json, "revoked_at", read.RevokedAt);
        Claim(json, read.Claim);
        json.WriteString("file", read.File);
        json.WriteNumber("line", read.Line);
        json.WriteEndObject();
    }

    private static void Claim(Utf8JsonWriter json, AttemptClaim? claim)
    {
        if (claim is null)
        {
            json.WriteNull("token");
            return;
        }

        json.WriteStartObject("token");
        json.WriteString("run_id", claim.Run);
        json.WriteString("step_id", claim.Step);
        json.WriteString("attempt", claim.Attempt?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("workflow", claim.Workflow);
        json.WriteString("purpose", claim.Purpose);
        json.WriteEndObject();
    }

    private static void Use(Utf8JsonWriter json, RecordedUse? use)
    {
        if (use is null)
        {
            json.WriteNull("use");
            return;
        }

        var entry = use.Entry;
        json.WriteStartObject("use");
        json.WriteString("intent", use.Intent?.Id);
        json.WriteString("outcome", use.Outcome?.Id);
        JsonParts.Time(json, "began", use.Intent?.Time);
        JsonParts.Time(json, "ended", use.Outcome?.Time);
        json.WriteString("principal", entry.Principal);
        json.WriteString("workflow", entry.Workflow.Value);
        json.WriteString("run_id", entry.Run.Value);
        json.WriteString("step_id", entry.Step.Value);
        json.WriteNumber("attempt", entry.Attempt);
        json.WriteString("server", entry.Server.Value);
        json.WriteString("tool", entry.Tool.Value);
        json.WriteString("credential", entry.Credential.ToString());
        json.WriteString("credential_version", entry.CredentialVersion?.Value);
        json.WriteString("store", entry.Store);
        json.WriteString("store_request_id", entry.StoreRequestId);
        json.WriteString("result", entry.Result is { } result ? AuditNames.Of(result) : null);
        json.WriteEndObject();
    }

    private static string What(StoreReadRecord read) => read.Credential is { } credential ? credential.ToString() : read.Path;

    private static string Place(StoreReadRecord read) => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(read.File)}:{read.Line}");

    private static string Word(StoreReadOutcome outcome) => outcome switch
    {
        StoreReadOutcome.Read => "read",
        StoreReadOutcome.Refused => "refused",
        StoreReadOutcome.Nothing => "nothing",
        _ => "unanswered",
    };

    private static string Word(JoinedBy by) => by switch
    {
        JoinedBy.RequestId => "request_id",
        JoinedBy.Token => "token",
        JoinedBy.CorrelationId => "correlation_id",
        _ => "session",
    };
}
