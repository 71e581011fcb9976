namespace AgentRuntime.Scrubbing.Index;

/// <summary>
/// Matches that overlap or touch, redacted as one. Its label is that of the form with the longest matches in it: a match counts one for every
/// place at which a shortest piece of its form begins, so the sum does not depend on how a stream was cut. Of equal ones the first registered wins.
/// </summary>
internal sealed class MatchRun
{
    private readonly Dictionary<IndexedForm, long> _scores = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether a run is under way.</summary>
    public bool IsOpen => _scores.Count > 0;

    /// <summary>The byte after the run.</summary>
    public int End { get; set; }

    /// <summary>Adds a match; only places before <paramref name="limit"/> count.</summary>
    public void Add(ExactMatch match, int limit)
    {
        var last = Math.Min(match.LastPiece, limit - 1);
        var score = (long)last - match.Start + 1;
        if (match.Form.MinMatch == match.Form.Bytes.Length)
        {
            score = Math.Max(1, match.Form.Bytes.Length - SecretIndex.LongMatch + 1);
        }

        End = Math.Max(End, match.End);
        _scores[match.Form] = _scores.GetValueOrDefault(match.Form) + Math.Max(1, score);
    }

    /// <summary>Ends the run and gives its label.</summary>
    public int Close()
    {
        var best = _scores.Aggregate((a, b) => b.Value > a.Value || (b.Value == a.Value && b.Key.Label < a.Key.Label) ? b : a).Key.Label;
        _scores.Clear();
        End = 0;
        return best;
    }
}
