using System.Runtime.CompilerServices;
using System.Text;
using AgentRuntime.Audit;
using AgentRuntime.Names;
using AgentRuntime.Runs;

namespace AgentRuntime.TestKit.Storage;

/// <summary>A journal, run store and audit log in memory, with the same promises as the durable ones except durability.</summary>
/// <remarks>
/// Thread-safe. Set <see cref="Fault"/> to make commits fail as a full disk would. <see cref="Reopen"/> models a restart: the data stay, the owner is gone.
/// </remarks>
public sealed class InMemoryJournal : IJournal, IRunStore, IAuditLog
{
    private readonly Data _data;
    private bool _alive = true;

    public InMemoryJournal()
        : this(new Data())
    {
    }

    private InMemoryJournal(Data data) => _data = data;

    /// <summary>When it returns an exception for a batch, the commit throws it and writes nothing.</summary>
    public Func<JournalBatch, Exception?>? Fault { get; set; }

    /// <summary>How many batches were written: the number of durable barriers.</summary>
    public int Commits => _data.Commits;

    /// <summary>Every event of every run, in the order of the commits.</summary>
    public IReadOnlyList<RunEvent> AllEvents
    {
        get
        {
            lock (_data)
            {
                return [.. _data.Events];
            }
        }
    }

    /// <summary>Every audit entry, oldest first.</summary>
    public IReadOnlyList<AuditEntry> AllEntries
    {
        get
        {
            lock (_data)
            {
                return [.. _data.Entries];
            }
        }
    }

    /// <summary>The stored lines of the audit chain; tests change them to model tampering.</summary>
    public IList<AuditLine> Lines => _data.Lines;

    /// <summary>The kept head of the chain.</summary>
    public AuditAnchor Anchor => new(AuditAnchor.CurrentVersion, "memory", _data.Entries.Count, _data.Head, DateTimeOffset.UnixEpoch, 0);

    /// <summary>A restart: this instance is dead, the new one has its data.</summary>
    public InMemoryJournal Reopen()
    {
        _alive = false;
        return new InMemoryJournal(_data);
    }

    public ValueTask<JournalCommit> CommitAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_data)
        {
            ObjectDisposedException.ThrowIf(!_alive, this);
            if (Fault?.Invoke(batch) is { } fault)
            {
                throw fault;
            }

            if (batch.Budget is { } budget && RefusalOf(budget, batch.Run) is { } refused)
            {
                return ValueTask.FromResult(new JournalCommit([], null, refused));
            }

            var audit = batch.Audit is { } draft ? AuditChain.Append(AuditChain.Prepare(draft), _data.Entries.Count + 1, _data.Head) : null;
            var sequence = _data.Events.LastOrDefault(e => e.Run == batch.Run)?.Sequence ?? 0;
            var events = batch.Events.Select(e => e with { Run = batch.Run, Sequence = ++sequence, Time = e.Time.ToUniversalTime() }).ToArray();
            if (events.OfType<RunStarted>().Any() && !_data.Owners.TryAdd(batch.Run, this))
            {
                throw new InvalidOperationException($"The run {batch.Run} was started before.");
            }

            _data.Events.AddRange(events);
            if (audit is not null)
            {
                _data.Entries.Add(audit.Entry);
                _data.Lines.Add(new AuditLine(audit.Entry.Sequence, audit.Line));
                _data.Head = audit.Entry.Hash;
            }

            _data.Commits++;
            return ValueTask.FromResult(new JournalCommit(events, audit?.Entry, null));
        }
    }

    public async IAsyncEnumerable<RunSummary> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var started in AllEvents.OfType<RunStarted>().OrderByDescending(e => e.Time).ThenByDescending(e => e.Run.Value, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = AllEvents.FirstOrDefault(e => e.Run == started.Run && e is RunSucceeded or RunFailed or RunCancelled);
            var endedBy = end switch { RunSucceeded => "run_succeeded", RunFailed => "run_failed", RunCancelled => "run_cancelled", _ => null };
            yield return new RunSummary(started.Run, new WorkflowName(started.Workflow), started.Time, end?.Time, endedBy, await IsOwnerAliveAsync(started.Run, cancellationToken));
        }
    }

    public async IAsyncEnumerable<RunEvent> ReadEventsAsync(RunId run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var e in AllEvents.Where(e => e.Run == run))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return e;
        }
    }

    public ValueTask<bool> IsOwnerAliveAsync(RunId run, CancellationToken cancellationToken)
    {
        lock (_data)
        {
            return ValueTask.FromResult(_data.Owners.TryGetValue(run, out var owner) && owner._alive);
        }
    }

    public async IAsyncEnumerable<AuditEntry> QueryAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var entry in AllEntries.Where(entry =>
            (query.Run is null || entry.Draft.Run == query.Run)
            && (query.Credential is null || entry.Draft.Credential == query.Credential)
            && (query.Workflow is null || entry.Draft.Workflow == query.Workflow)
            && (query.Since is null || entry.Draft.Time >= query.Since)
            && (query.Id is null || string.Equals(entry.Draft.Id, query.Id, StringComparison.Ordinal))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    public async ValueTask<AuditVerification> VerifyAsync(CancellationToken cancellationToken)
    {
        var anchor = Anchor;
        var found = await AuditVerifier.VerifyAsync(Lines.ToArray().ToAsyncEnumerable(), anchor, cancellationToken);
        return found with { Anchor = new AuditAnchorCheck(AuditAnchorStatus.Compared, anchor.Entries, "The chain was compared with its head in memory.") };
    }

    /// <summary>The chain as the lines of an export.</summary>
    public string Export() => string.Join('\n', Lines.Select(line => Encoding.ASCII.GetString(line.Text.Span)));

    private BudgetRefusal? RefusalOf(BudgetCheck budget, RunId run)
    {
        var uses = _data.Entries.Where(entry =>
            entry.Draft is { Phase: AuditPhase.Intent, Decision: AuditDecision.Allowed }
            && entry.Draft.Workflow == budget.Workflow
            && entry.Draft.Credential == budget.Credential).ToArray();
        var inRun = uses.LongCount(entry => entry.Draft.Run == run);
        var inHour = uses.LongCount(entry => entry.Draft.Time >= budget.HourStart);
        return (budget.UsesPerRun, budget.UsesPerHour) switch
        {
            ({ } perRun, _) when inRun >= perRun => new BudgetRefusal("uses_per_run", perRun, inRun),
            (_, { } perHour) when inHour >= perHour => new BudgetRefusal("uses_per_hour", perHour, inHour),
            _ => null,
        };
    }

    private sealed class Data
    {
        public List<RunEvent> Events { get; } = [];

        public List<AuditEntry> Entries { get; } = [];

        public List<AuditLine> Lines { get; } = [];

        public Dictionary<RunId, InMemoryJournal> Owners { get; } = [];

        public string Head { get; set; } = AuditChain.Origin;

        public int Commits { get; set; }
    }
}
