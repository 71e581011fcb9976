using System.Globalization;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Audit;

/// <summary>Reads one entry from its JSON form; every problem is a <see cref="JsonException"/> that names the member and quotes nothing.</summary>
internal sealed class AuditEntryReader(JsonElement json)
{
    public AuditEntry Read()
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("An audit entry is a JSON object.");
        }

        var draft = new AuditDraft
        {
            Id = Text("id"),
            Time = Time("time"),
            Phase = AuditNames.Phase(Text("phase")) ?? throw Wrong("phase"),
            Decision = AuditNames.Decision(Text("decision")) ?? throw Wrong("decision"),
            Principal = Text("principal"),
            Workflow = Named("workflow", static text => new WorkflowName(text)),
            WorkflowSha256 = Text("workflow_sha256"),
            Run = new RunId(Text("run_id")),
            Step = new StepPath(Text("step_id")),
            Attempt = Number("attempt").TryGetInt32(out var attempt) ? attempt : throw Wrong("attempt"),
            Server = Named("server", static text => new ServerName(text)),
            Tool = Named("tool", static text => new ToolName(text)),
            Scope = Named("scope", static text => new ScopeName(text)),
            Credential = CredentialName.TryParse(Text("credential"), out var credential) ? credential : throw Wrong("credential"),
            CredentialVersion = OptionalText("credential_version") is { } version ? new CredentialVersion(version) : null,
            Store = Text("store"),
            StoreRequestId = OptionalText("store_request_id"),
            TokenAccessor = OptionalText("token_accessor"),
            TraceId = OptionalText("trace_id"),
            Result = OptionalText("result") is { } result ? AuditNames.Result(result) ?? throw Wrong("result") : null,
            Reason = OptionalText("reason") is { } reason ? new ScrubbedText(reason) : null,
            DurationMs = Duration(),
        };
        var sequence = Number("sequence").TryGetInt64(out var place) ? place : throw Wrong("sequence");
        return new AuditEntry(sequence, draft, Text("previous_hash"), Text("hash"));
    }

    private static JsonException Wrong(string member) => new($"The member \"{member}\" of this audit entry is missing or has a wrong form.");

    private JsonElement Number(string member) => Any(member) is { ValueKind: JsonValueKind.Number } value ? value : throw Wrong(member);

    private JsonElement Any(string member) => json.TryGetProperty(member, out var value) ? value : throw Wrong(member);

    private string Text(string member) => OptionalText(member) ?? throw Wrong(member);

    private string? OptionalText(string member) => Any(member) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Null } => null,
        _ => throw Wrong(member),
    };

    private T Named<T>(string member, Func<string, T> wrap) =>
        Text(member) is var text && Name.IsValid(text) ? wrap(text) : throw Wrong(member);

    private DateTimeOffset Time(string member) =>
        DateTime.TryParseExact(Text(member), AuditEntryJson.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : throw Wrong(member);

    private double? Duration() => Any("duration_ms") switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var milliseconds) => milliseconds,
        { ValueKind: JsonValueKind.Null } => null,
        _ => throw Wrong("duration_ms"),
    };
}
