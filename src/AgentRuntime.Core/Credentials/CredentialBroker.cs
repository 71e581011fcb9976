using System.Diagnostics;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.Telemetry;

namespace AgentRuntime.Credentials;

/// <summary>The only code that turns a grant into a lease.</summary>
/// <remarks>
/// <list type="number">
/// <item>grant: does a standing permission cover this workflow, server and scope? If not, a denied entry is written and nothing is read;</item>
/// <item>intent: the audit entry becomes durable, together with the step's own event, and only while the budget lasts.
/// If it cannot be written, <see cref="JournalUnavailableException"/> leaves this method and the store is never asked;</item>
/// <item>read: the store gives the value for this one attempt; nothing is cached, so every attempt sees the newest version;</item>
/// <item>registration: the scrubber knows the value before anybody can use it;</item>
/// <item>release: the lease, which records an outcome and zeroes the value when it ends, whatever happens.</item>
/// </list>
/// Thread-safe.
/// </remarks>
public sealed class CredentialBroker(
    GrantSet grants,
    IJournal journal,
    ISecretStore store,
    ISecretRegistry registry,
    IScrubber scrubber,
    IdGenerator ids,
    TimeProvider time)
{
    private readonly IJournal _journal = journal ?? throw new ArgumentNullException(nameof(journal), "No audit sink, no credential.");

    /// <summary>Leases the credential that <see cref="LeaseRequest.Tool"/> needs.</summary>
    /// <exception cref="ArgumentException">The tool is not in the manifest or uses no credential.</exception>
    /// <exception cref="JournalUnavailableException">The intent cannot be written; nothing was read.</exception>
    public async ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        using var activity = RuntimeTelemetry.Source.StartActivity("credential.lease");
        var draft = DraftFor(request);
        activity?.SetTag("agentruntime.credential", draft.Credential.ToString());

        // 1 grant
        if (grants.Find(request.Workflow, request.Server.Name, draft.Scope) is not { } grant)
        {
            return await DenyAsync(draft, "denied", MissingGrant(draft), cancellationToken);
        }

        // 2 intent, fail closed
        var started = time.GetTimestamp();
        var intent = await _journal.CommitAsync(
            new JournalBatch { Run = request.Run, Events = request.Events, Audit = draft, Budget = BudgetOf(grant, draft) },
            cancellationToken);
        if (intent.Refused is { } refused)
        {
            return await DenyAsync(draft, "budget_exceeded", UsedUp(draft, refused), cancellationToken);
        }

        var outcome = draft with { Phase = AuditPhase.Outcome };
        var use = new CredentialUse(result => SettleAsync(request.Run, outcome, started, result));
        try
        {
            // 3 read
            var read = await store.ReadAsync(new SecretReadRequest(draft.Credential, Version: null, ContextOf(request)), cancellationToken);
            outcome = outcome with { StoreRequestId = read.StoreRequestId, TokenAccessor = read.TokenAccessor };
            if (read is SecretReadResult.Failed failed)
            {
                RuntimeTelemetry.Leases.Add(1, new TagList { { "result", "not_read" } });
                return new LeaseResult.NotRead(use, failed.Kind, scrubber.Scrub(new UntrustedText(failed.Message))) { Intent = intent };
            }

            var material = ((SecretReadResult.Found)read).Material;
            outcome = outcome with { CredentialVersion = material.Reference.Version };
            return Release(request, draft, material, use, intent);
        }
        catch
        {
            await use.SettleAsync(LeaseOutcome.NotUsed(cancellationToken.IsCancellationRequested));
            throw;
        }
    }

    private LeaseResult Release(LeaseRequest request, AuditDraft draft, SecretMaterial material, CredentialUse use, JournalCommit intent)
    {
        var released = false;
        try
        {
            // 4 registration, before anybody can use the value
            registry.Register(material);
            var spec = request.Server.Credentials[draft.Scope];
            var missing = spec.Fields.Where(field => !material.Fields.ContainsKey(field)).ToList();
            if (missing.Count > 0)
            {
                var message = $"The credential {material.Reference} has no field {string.Join(", ", missing.Select(field => $"'{field}'"))}, which the manifest of '{draft.Server}' attaches. Store it with 'agentruntime credentials set {draft.Credential}'.";
                return new LeaseResult.NotRead(use, SecretFailureKind.Invalid, scrubber.Scrub(new UntrustedText(message))) { Intent = intent };
            }

            // 5 release
            released = true;
            RuntimeTelemetry.Leases.Add(1, new TagList { { "result", "granted" } });
            return new LeaseResult.Granted(new Lease(ids.NewLeaseId(), material, spec, use)) { Intent = intent };
        }
        finally
        {
            if (!released)
            {
                material.Dispose();
            }
        }
    }

    private async ValueTask<LeaseResult> DenyAsync(AuditDraft draft, string code, ScrubbedText message, CancellationToken cancellationToken)
    {
        RuntimeTelemetry.Denials.Add(1, new TagList { { "code", code } });
        var denied = draft with { Id = ids.NewAuditId(), Decision = AuditDecision.Denied, Result = AuditResult.Failed, Reason = message };
        var commit = await _journal.CommitAsync(new JournalBatch { Run = draft.Run, Audit = denied }, cancellationToken);
        return new LeaseResult.Denied(code, message) { Intent = commit };
    }

    // An outcome is written even when the step was cancelled: that is when it matters.
    private ValueTask<JournalCommit> SettleAsync(RunId run, AuditDraft outcome, long started, LeaseOutcome result) =>
        _journal.CommitAsync(
            new JournalBatch
            {
                Run = run,
                Events = result.Event is null ? [] : [result.Event],
                Audit = outcome with
                {
                    Id = ids.NewAuditId(),
                    Time = time.GetUtcNow(),
                    Result = result.Result,
                    Reason = result.Reason,
                    DurationMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3),
                },
            },
            CancellationToken.None);

    private AuditDraft DraftFor(LeaseRequest request)
    {
        if (!request.Server.Tools.TryGetValue(request.Tool, out var tool) || tool.Scope is not { } scope)
        {
            throw new ArgumentException($"The tool '{request.Tool}' of '{request.Server.Name}' is not listed or uses no credential.", nameof(request));
        }

        return new AuditDraft
        {
            Id = ids.NewAuditId(),
            Time = time.GetUtcNow(),
            Phase = AuditPhase.Intent,
            Decision = AuditDecision.Allowed,
            Principal = request.Principal,
            Workflow = request.Workflow,
            WorkflowSha256 = request.WorkflowSha256,
            Run = request.Run,
            Step = request.Step,
            Attempt = request.Attempt,
            Server = request.Server.Name,
            Tool = request.Tool,
            Scope = scope,
            Credential = request.Server.CredentialFor(scope),
            Store = store.Name,
            TraceId = request.TraceId,
        };
    }

    private static BudgetCheck? BudgetOf(Grant grant, AuditDraft draft) =>
        grant.Budget is { } budget
            ? new BudgetCheck(draft.Workflow, draft.Credential, budget.UsesPerRun, budget.UsesPerHour, draft.Time.AddHours(-1))
            : null;

    private static SecretAccessContext ContextOf(LeaseRequest request) => new()
    {
        Principal = request.Principal,
        Purpose = "step",
        Workflow = request.Workflow,
        Run = request.Run,
        Step = request.Step,
        Attempt = request.Attempt,
        Tool = request.Tool,
        TraceId = request.TraceId,
    };

    private ScrubbedText MissingGrant(AuditDraft draft) => scrubber.Scrub(new UntrustedText(
        $"No grant lets the workflow '{draft.Workflow}' use '{draft.Server}' at scope '{draft.Scope}', which the tool '{draft.Tool}' needs. The owner of grants.json can add it."));

    private ScrubbedText UsedUp(AuditDraft draft, BudgetRefusal refused) => scrubber.Scrub(new UntrustedText(string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"The budget {refused.Limit} = {refused.Allowed} of the workflow '{draft.Workflow}' for {draft.Credential} is used up ({refused.Used} uses). The owner of grants.json can raise it.")));
}
