using System.Globalization;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.TestKit.Storage;

/// <summary>Events, audit entries and batches for tests of journals; every value is fixed.</summary>
public static class JournalSamples
{
    public static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567);

    public static readonly WorkflowName Workflow = new("invoice-follow-up");

    public static readonly CredentialName Credential = CredentialName.Parse("crm/read");

    public static readonly string Sha256 = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    public static readonly string TraceId = string.Concat(Enumerable.Repeat("4bf92f35", 4));

    public static RunId Run(int number = 1) => new(string.Create(CultureInfo.InvariantCulture, $"run_{number:D26}"));

    public static string AuditId(int number) => string.Create(CultureInfo.InvariantCulture, $"aud_{number:D26}");

    public static ScrubbedJson Content(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new ScrubbedJson(document.RootElement.Clone());
    }

    public static ScrubbedText Text(string text) => new(text);

    public static RunStarted Started(DateTimeOffset? time = null, string workflow = "invoice-follow-up") =>
        new(workflow, Sha256, "user:maria", Content("""{"name":"invoice-follow-up"}"""), Content("""{"customer":"C-17"}""")) { Time = time ?? Noon, TraceId = TraceId };

    public static StepStarted StepStarted(string step = "find", int attempt = 1) =>
        new(Content("""{"id":17}"""), "crm/find_customer", "crm/read", Idempotent: true) { Step = new StepPath(step), Attempt = attempt, Time = Noon, TraceId = TraceId };

    public static StepSucceeded StepSucceeded(string step = "find", int attempt = 1) =>
        new(Content("""{"name":"Ada"}"""), "crm/read", "3", 12.5) { Step = new StepPath(step), Attempt = attempt, Time = Noon.AddSeconds(1), TraceId = TraceId };

    public static RunSucceeded Succeeded(DateTimeOffset? time = null) => new(Content("""{"ok":true}""")) { Time = time ?? Noon.AddSeconds(2), TraceId = TraceId };

    public static AuditDraft Intent(int number, RunId? run = null, DateTimeOffset? time = null) => new()
    {
        Id = AuditId(number),
        Time = time ?? Noon,
        Phase = AuditPhase.Intent,
        Decision = AuditDecision.Allowed,
        Principal = "user:maria",
        Workflow = Workflow,
        WorkflowSha256 = Sha256,
        Run = run ?? Run(),
        Step = new StepPath("find"),
        Attempt = 1,
        Server = Credential.Server,
        Tool = new ToolName("find_customer"),
        Scope = Credential.Scope,
        Credential = Credential,
        Store = "embedded",
        TraceId = TraceId,
    };

    public static AuditDraft Outcome(int number, RunId? run = null) => Intent(number, run) with
    {
        Phase = AuditPhase.Outcome,
        CredentialVersion = new CredentialVersion("3"),
        StoreRequestId = "req-7",
        TokenAccessor = "acc-9",
        Result = AuditResult.Succeeded,
        Reason = Text("Größe > 3 \"Stück\"\n"),
        DurationMs = 12.75,
    };

    public static JournalBatch Batch(RunId run, params RunEvent[] events) => new() { Run = run, Events = events };

    public static JournalBatch Batch(AuditDraft audit, params RunEvent[] events) => new() { Run = audit.Run, Events = events, Audit = audit };

    /// <summary>One of every kind of event, by its type in JSON, with every member set.</summary>
    public static IReadOnlyDictionary<string, RunEvent> EveryEvent()
    {
        var step = new StepPath("remind_each[2].send");
        var error = new RunError("tool_error", Text("The tool said \"no\".")) { Step = "find", Pointer = "/steps/0/arguments" };
        var json = Content("""{"text":"Größe <3 & more","list":[1,2.50,1e3,null,true],"nested":{"a":{}}}""");
        RunEvent[] events =
        [
            new RunStarted("invoice-follow-up", Sha256, "user:maria", json, json),
            new StepStarted(json, "crm/find_customer", "crm/read", Idempotent: true) { Step = step, Attempt = 1 },
            new StepRetrying(error, "3", 250.5) { Step = step, Attempt = 1 },
            new StepWaiting(Noon.AddHours(1)) { Step = step, Attempt = 1 },
            new StepSucceeded(json, "crm/read", "3", 12.5) { Step = step, Attempt = 2 },
            new StepFailed(error, "crm/read", "3", 12.5) { Step = step, Attempt = 2 },
            new StepSkipped("condition_false", Text("The condition was false.")) { Step = step },
            new StepCancelled(Text("The run was cancelled."), EffectPossible: true, "crm/read", "3") { Step = step, Attempt = 2 },
            new StepInDoubt(error, "crm/read", "3", 12.5) { Step = step, Attempt = 2 },
            new RunSucceeded(json),
            new RunFailed(error),
            new RunCancelled(Text("Cancelled by user:maria.")),
        ];
        return events.ToDictionary(
            static e => JsonDocument.Parse(RunEventJson.Serialize(e)).RootElement.GetProperty("type").GetString()!,
            static e => e with { Time = Noon, TraceId = TraceId },
            StringComparer.Ordinal);
    }
}
