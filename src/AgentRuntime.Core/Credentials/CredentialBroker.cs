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
/// <item>grant: does a standing permission cover this workflow, server and scope? If not, a denied entry is written and nothing is read.
/// A store that gives each attempt a right of its own begins to make it here, if <see cref="Prepare"/> did not before;</item>
/// <item>intent: the audit entry becomes durable, together with the step's own event, and only while the budget lasts.
/// If it cannot be written, <see cref="JournalUnavailableException"/> leaves this method and the store is never asked;</item>
/// <item>read: the store gives the value for this one attempt; nothing is cached, so every attempt sees the newest version;</item>
/// <item>registration: the scrubber knows the value before anybody can use it;</item>
/// <item>release: the lease, which records an outcome, zeroes the value and has the store's right ended when it ends, whatever happens.</item>
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
    private readonly StoreAccesses _accesses = new(store);
    private readonly IJournal _journal = journal ?? throw new ArgumentNullException(nameof(journal), "No audit sink, no credential.");

    /// <summary>Says that this lease will be asked for soon, so that a store can make the right for it meanwhile. Reads and records nothing.</summary>
    /// <remarks>Does nothing without a grant, or when the tool uses no credential.</remarks>
    public void Prepare(LeaseRequest request)
    {
        if (request.Server.Tools.TryGetValue(request.Tool, out var tool) && tool.Scope is { } scope && grants.Find(request.Workflow, request.Server.Name, scope) is not null)
        {
            _accesses.Prepare(ReadOf(request, scope));
        }
    }

    /// <summary>Waits until the store's rights of all leases of this run have ended, and ends those that were prepared and not used.</summary>
    public ValueTask EndRunAsync(RunId run) => _accesses.EndRunAsync(run);

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

        var wanted = ReadOf(request, draft.Scope);
        _accesses.TryTake(wanted, out var access);

        // 2 intent, fail closed
        var started = time.GetTimestamp();
        JournalCommit? intent = null;
        try
        {
            intent = await _journal.CommitAsync(
                new JournalBatch { Run = request.Run, Events = request.Events, Audit = draft, Budget = BudgetOf(grant, draft) },
                cancellationToken);
        }
        finally
        {
            if (intent is not { Refused: null })
            {
                _accesses.End(request.Run, access);
            }
        }

        return intent.Refused is { } refused
            ? await DenyAsync(draft, "budget_exceeded", UsedUp(draft, refused), cancellationToken)
            : await ReadAsync(request, draft, wanted, access, intent, started, cancellationToken);
    }

    private async ValueTask<LeaseResult> ReadAsync(
        LeaseRequest request, AuditDraft draft, SecretReadRequest wanted, Task<StoreAccess?>? access, JournalCommit intent, long started, CancellationToken cancellationToken)
    {
        var outcome = draft with { Phase = AuditPhase.Outcome };
        var use = new CredentialUse(result => SettleAsync(request.Run, outcome, started, result));
        try
        {
            if (access is not null)
            {
                wanted = wanted with { Access = await access.WaitAsync(cancellationToken) };
                access = null;
            }

            // 3 read
            var read = await store.ReadAsync(wanted, cancellationToken);
            outcome = outcome with { StoreRequestId = read.StoreRequestId, TokenAccessor = read.TokenAccessor };
            if (read is SecretReadResult.Failed failed)
            {
                RuntimeTelemetry.Leases.Add(1, new TagList { { "result", "not_read" } });
                return new LeaseResult.NotRead(use, failed.Kind, scrubber.Scrub(new UntrustedText(failed.Message))) { Intent = intent };
            }

            var found = (SecretReadResult.Found)read;
            outcome = outcome with { CredentialVersion = found.Material.Reference.Version };
            return Release(request, draft, found, use, intent);
        }
        catch
        {
            _accesses.End(request.Run, access);
            await use.SettleAsync(LeaseOutcome.NotUsed(cancellationToken.IsCancellationRequested));
            throw;
        }
    }

    private LeaseResult Release(LeaseRequest request, AuditDraft draft, SecretReadResult.Found found, CredentialUse use, JournalCommit intent)
    {
        var material = found.Material;
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
            return new LeaseResult.Granted(new Lease(ids.NewLeaseId(), material, spec, use, EndRight)) { Intent = intent };
        }
        finally
        {
            if (!released)
            {
                material.Dispose();
                EndRight();
            }
        }

        void EndRight() => _accesses.End(request.Run, found.Access is { } access ? Task.FromResult<StoreAccess?>(access) : null);
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

    private static SecretReadRequest ReadOf(LeaseRequest request, ScopeName scope) =>
        new(request.Server.CredentialFor(scope), Version: null, ContextOf(request, scope));

    private static SecretAccessContext ContextOf(LeaseRequest request, ScopeName scope) => new()
    {
        Principal = request.Principal,
        Purpose = "step",
        Workflow = request.Workflow,
        Run = request.Run,
        Step = request.Step,
        Attempt = request.Attempt,
        Server = request.Server.Name,
        Scope = scope,
        Tool = request.Tool,
        TraceId = request.TraceId,
    };

    private ScrubbedText MissingGrant(AuditDraft draft) => scrubber.Scrub(new UntrustedText(
        $"No grant lets the workflow '{draft.Workflow}' use '{draft.Server}' at scope '{draft.Scope}', which the tool '{draft.Tool}' needs. The owner of grants.json can add it."));

    private ScrubbedText UsedUp(AuditDraft draft, BudgetRefusal refused) => scrubber.Scrub(new UntrustedText(string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"The budget {refused.Limit} = {refused.Allowed} of the workflow '{draft.Workflow}' for {draft.Credential} is used up ({refused.Used} uses). The owner of grants.json can raise it.")));
}
