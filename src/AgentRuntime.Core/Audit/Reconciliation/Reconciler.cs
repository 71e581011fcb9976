using System.Globalization;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Joins the log of a secret store with our own. Pure: no clock, no file. Not thread-safe.</summary>
/// <remarks>
/// <list type="number">
/// <item>the store's own id of the request names the use: the store made it up, so nobody else can have it;</item>
/// <item>else the token names it, which only whoever may mint tokens can forge; a use whose own request is known explains no other request for a credential;</item>
/// <item>else the correlation id or the role session names it, which anybody who may read or assume the role can choose: so only inside the time of the use, and once;</item>
/// <item>else a token of the runtime for another purpose says so, or an identity that was named as the runtime's;</item>
/// <item>else the value was read another way.</item>
/// </list>
/// Requests that gave no value are never called unexplained reads. Memory grows with what is reported, not with the log.
/// </remarks>
public sealed class Reconciler(RecordedUses uses, ReconcileOptions options)
{
    private readonly List<MatchedRead> _matched = [];
    private readonly List<JudgedRead> _unexplained = [];
    private readonly List<JudgedRead> _afterRevocation = [];
    private readonly List<StoreReadRecord> _outsideRuns = [];
    private readonly List<JudgedRead> _withoutValue = [];
    private TimeSpan _skew;

    /// <summary>Judges the next request of the store's log.</summary>
    public void Add(StoreReadRecord read)
    {
        // 1 the store's id
        if ((uses.ByRequest(read.RequestId) ?? uses.ByRequest(read.CorrelationId)) is { } use)
        {
            JudgeById(read, use);
            return;
        }

        if (!options.Covers(read.Time))
        {
            return;
        }

        // 2 the token
        if ((uses.ByAccessor(read.TokenAccessor) ?? uses.ByClaim(read.Claim)) is { } owner)
        {
            JudgeByName(read, owner, JoinedBy.Token);
        }
        else if (read.RevokedAt is not null)
        {
            AddRevoked(read, use: null);
        }
        else if (read.Claim is { IsOfRun: true } claim)
        {
            Flag(read, use: null, uses.HasRun(claim.Run!) ? "unknown_attempt" : "unknown_run", ClaimText(claim));
        }

        // 3 the correlation id, the session
        else if (uses.ByCorrelation(read.CorrelationId) is { } attempt)
        {
            JudgeByName(read, attempt, JoinedBy.CorrelationId);
        }
        else if (uses.BySession(read.Session) is { Count: > 0 } run)
        {
            JudgeBySession(read, run);
        }

        // 4 the runtime, outside of runs
        else if (read.Claim is not null || read.IsOfRuntime)
        {
            _outsideRuns.Add(read);
        }

        // 5 another way
        else
        {
            Flag(read, use: null, "not_recorded", "Nothing in the log of the runtime names this request.");
        }
    }

    /// <summary>The result, after the last request.</summary>
    /// <param name="logs">How much of the log of each store was read, by the store's word.</param>
    public ReconciliationReport Finish(IReadOnlyDictionary<string, StoreLogExtent> logs) => new()
    {
        Matched = _matched,
        Unexplained = _unexplained,
        AfterRevocation = _afterRevocation,
        IntentsWithoutRead = [.. uses.All.Where(use => !use.IsMatched && IsCovered(use, logs)).Select(Unread)],
        OutsideRuns = _outsideRuns,
        WithoutValue = _withoutValue,
        ClockSkew = _skew > options.Tolerance ? _skew : null,
    };

    private void JudgeById(StoreReadRecord read, RecordedUse use)
    {
        var isFirst = !use.HasOwnRead;
        use.HasOwnRead = true;
        use.IsMatched = true;
        if (!options.Covers(read.Time))
        {
            return;
        }

        if (!isFirst)
        {
            Flag(read, use, "duplicate", "Another request with this id is matched already; a store gives an id once.");
        }
        else if (Contradiction(read, use) is { } found)
        {
            Flag(read, use, found.Reason, found.Message);
        }
        else
        {
            // The id was recorded after the read, so any disorder of the times is the clocks'.
            var early = (use.Intent?.Time ?? read.Time) - read.Time - read.Precision;
            var late = read.Time - use.Outcome!.Time;
            _skew = new[] { _skew, early, late }.Max();
            _matched.Add(new MatchedRead(read, use, JoinedBy.RequestId));
        }
    }

    private void JudgeByName(StoreReadRecord read, RecordedUse use, JoinedBy by)
    {
        if (read.RevokedAt is not null)
        {
            AddRevoked(read, use);
        }
        else if (use.Outcome is { } outcome && read.Time > outcome.Time + options.Tolerance)
        {
            _afterRevocation.Add(new JudgedRead(read, use, "after_outcome", Text($"The use of run {use.Entry.Run}, step {use.Entry.Step}, attempt {use.Entry.Attempt} ended at {outcome.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z, before this request.")));
        }
        else if (Contradiction(read, use) is { } found)
        {
            Flag(read, use, found.Reason, found.Message);
        }
        else if (use.Intent is { } intent && read.Time + read.Precision + options.Tolerance < intent.Time)
        {
            Flag(read, use, "before_intent", Text($"It names run {use.Entry.Run}, step {use.Entry.Step}, attempt {use.Entry.Attempt}, whose intent was recorded later."));
        }
        else if (read is { IsBeside: false, RequestId: not null } && use.StoreRequestId is not null)
        {
            Flag(read, use, "other_request", Text($"It names run {use.Entry.Run}, step {use.Entry.Step}, attempt {use.Entry.Attempt}, which recorded another request as its own."));
        }
        else if (read is { IsBeside: false, Outcome: StoreReadOutcome.Read } && use.HasOwnRead)
        {
            Flag(read, use, "duplicate", Text($"It names run {use.Entry.Run}, step {use.Entry.Step}, attempt {use.Entry.Attempt}, which is matched with another request already."));
        }
        else
        {
            Match(read, use, by);
        }
    }

    private void JudgeBySession(StoreReadRecord read, IReadOnlyList<RecordedUse> run)
    {
        var use = run.FirstOrDefault(one => !one.HasOwnRead && one.StoreRequestId is null && one.IsOf(read.Credential) && IsDuring(read, one));
        if (use is not null)
        {
            Match(read, use, JoinedBy.Session);
        }
        else
        {
            Flag(read, run[^1], "other_request", Text($"Its session has the name of run {run[0].Entry.Run}, which recorded no such request."));
        }
    }

    private void Match(StoreReadRecord read, RecordedUse use, JoinedBy by)
    {
        use.IsMatched = true;
        use.HasOwnRead |= read is { IsBeside: false, Outcome: StoreReadOutcome.Read };
        _matched.Add(new MatchedRead(read, use, by));
    }

    private void AddRevoked(StoreReadRecord read, RecordedUse? use) => _afterRevocation.Add(new JudgedRead(
        read, use, "after_revocation", Text($"Its token was revoked at {read.RevokedAt!.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z.")));

    private void Flag(StoreReadRecord read, RecordedUse? use, string reason, string message) =>
        (read.Outcome == StoreReadOutcome.Read ? _unexplained : _withoutValue).Add(new JudgedRead(read, use, reason, message));

    private static (string Reason, string Message)? Contradiction(StoreReadRecord read, RecordedUse use)
    {
        var entry = use.Entry;
        if (!use.IsOf(read.Credential))
        {
            return ("other_credential", Text($"It names the use of {entry.Credential} by run {entry.Run}, step {entry.Step}, attempt {entry.Attempt}, and read another credential."));
        }

        return read.Claim is { IsOfRun: true } claim
            && (claim.Run != entry.Run.Value || claim.Step != entry.Step.Value || (claim.Attempt ?? entry.Attempt) != entry.Attempt || (claim.Workflow ?? entry.Workflow.Value) != entry.Workflow.Value)
                ? ("other_attempt", Text($"It belongs to run {entry.Run}, step {entry.Step}, attempt {entry.Attempt} of {entry.Workflow}, and its token claims something else."))
                : null;
    }

    private bool IsDuring(StoreReadRecord read, RecordedUse use) =>
        (use.Intent is not { } intent || read.Time + read.Precision + options.Tolerance >= intent.Time)
        && (use.Outcome is not { } outcome || read.Time <= outcome.Time + options.Tolerance);

    /// <summary>Whether the request of this use, had there been one, would be in a log that was read. The clocks' tolerance is left out at both ends.</summary>
    private bool IsCovered(RecordedUse use, IReadOnlyDictionary<string, StoreLogExtent> logs) =>
        use.Intent is { } intent && options.Covers(intent.Time)
        && logs.TryGetValue(intent.Store, out var log)
        && log.First + options.Tolerance <= intent.Time
        && (use.Outcome ?? intent).Time + options.Tolerance <= log.Last;

    private static UnreadIntent Unread(RecordedUse use) => use switch
    {
        { Outcome: null } => new UnreadIntent(use, "no_outcome", "No outcome was recorded: the process ended in the middle of the use."),
        { StoreRequestId: null } => new UnreadIntent(use, "no_request_id", "The outcome has no request id of the store: the store was not reached, or the step ended before."),
        _ => new UnreadIntent(use, "not_in_log", "The outcome has a request id that is not in the log of the store: the log has a gap, or is of another store."),
    };

    private string ClaimText(AttemptClaim claim) =>
        uses.WasDenied(claim) ? $"Its token claims an attempt of run {claim.Run} that was denied."
        : uses.HasRun(claim.Run!) ? $"Its token claims step {claim.Step ?? "?"} of run {claim.Run}, for which this log has no such attempt."
        : $"Its token claims run {claim.Run}, which this log does not know.";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
