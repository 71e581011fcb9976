using AgentRuntime.Names;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>The uses of our own audit log, by everything that a store's log may name them by. Filled first, then only asked. Not thread-safe.</summary>
public sealed class RecordedUses
{
    private readonly List<RecordedUse> _all = [];
    private readonly Dictionary<string, RecordedUse> _byRequest = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RecordedUse> _byAccessor = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, RecordedUse> _byCorrelation = [];
    private readonly Dictionary<(string Run, string Step), List<RecordedUse>> _byStep = [];
    private readonly Dictionary<string, List<RecordedUse>> _byRun = new(StringComparer.Ordinal);
    private readonly HashSet<(string Run, string Step, int Attempt)> _denied = [];

    /// <summary>Every allowed use, in the order of the log.</summary>
    public IReadOnlyList<RecordedUse> All => _all;

    /// <summary>Adds the next entry of the log.</summary>
    public void Add(AuditEntry entry)
    {
        var draft = entry.Draft;
        if (draft.Decision == AuditDecision.Denied)
        {
            _denied.Add((draft.Run.Value, draft.Step.Value, draft.Attempt));
        }
        else if (draft.Phase == AuditPhase.Intent)
        {
            Index(new RecordedUse(draft, outcome: null));
        }
        else
        {
            Settle(draft);
        }
    }

    /// <summary>Whether an outcome recorded this id of a request.</summary>
    public bool HasRequest(string id) => _byRequest.ContainsKey(id);

    internal RecordedUse? ByRequest(string? id) => id is null ? null : _byRequest.GetValueOrDefault(id);

    internal RecordedUse? ByAccessor(string? accessor) => accessor is null ? null : _byAccessor.GetValueOrDefault(accessor);

    internal RecordedUse? ByCorrelation(string? id) => Guid.TryParse(id, out var guid) ? _byCorrelation.GetValueOrDefault(guid) : null;

    /// <summary>The use that a token claims: the first of the attempt that no read was joined with, else the last.</summary>
    internal RecordedUse? ByClaim(AttemptClaim? claim)
    {
        if (claim is not { Run: { } run, Step: { } step } || !_byStep.TryGetValue((run, step), out var uses))
        {
            return null;
        }

        var attempt = uses.Where(use => claim.Attempt is null || use.Entry.Attempt == claim.Attempt).ToList();
        return attempt.FirstOrDefault(static use => !use.HasOwnRead) ?? attempt.LastOrDefault();
    }

    /// <summary>The uses of the run whose id a session's name begins with; none when there is no such run.</summary>
    internal IReadOnlyList<RecordedUse> BySession(string? session)
    {
        for (var end = session?.Length ?? 0; end > 0; end = session!.AsSpan(0, end).LastIndexOfAny('@', '-'))
        {
            if (_byRun.TryGetValue(session![..end], out var uses))
            {
                return uses;
            }
        }

        return [];
    }

    internal bool HasRun(string run) => _byRun.ContainsKey(run);

    internal bool WasDenied(AttemptClaim claim) =>
        claim is { Run: { } run, Step: { } step, Attempt: { } attempt } && _denied.Contains((run, step, attempt));

    private void Settle(AuditDraft outcome)
    {
        var open = _byStep.GetValueOrDefault((outcome.Run.Value, outcome.Step.Value))?.Find(use => use.Outcome is null && use.Entry.Attempt == outcome.Attempt);
        if (open is null)
        {
            open = new RecordedUse(intent: null, outcome);
            Index(open);
        }

        open.Outcome = outcome;
        if (outcome.StoreRequestId is { } request)
        {
            _byRequest.TryAdd(request, open);
        }

        if (outcome.TokenAccessor is { } accessor)
        {
            _byAccessor.TryAdd(accessor, open);
        }
    }

    private void Index(RecordedUse use)
    {
        var entry = use.Entry;
        _all.Add(use);
        Of(_byStep, (entry.Run.Value, entry.Step.Value)).Add(use);
        Of(_byRun, entry.Run.Value).Add(use);
        if (entry.Attempt >= 1)
        {
            _byCorrelation.TryAdd(AttemptCorrelation.Of(entry.Run, entry.Step, entry.Attempt), use);
        }
    }

    private static List<RecordedUse> Of<TKey>(Dictionary<TKey, List<RecordedUse>> map, TKey key)
        where TKey : notnull
    {
        if (!map.TryGetValue(key, out var uses))
        {
            map[key] = uses = [];
        }

        return uses;
    }
}
