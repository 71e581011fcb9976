namespace AgentRuntime.Scrubbing.Streaming;

/// <summary>Counts redactions of one scrub and reports them once. Not thread-safe.</summary>
internal sealed class RedactionCounter(Action<string, int>? report)
{
    private Dictionary<string, int>? _counts;

    public void Add(string label)
    {
        if (report is not null)
        {
            _counts ??= new Dictionary<string, int>(StringComparer.Ordinal);
            _counts[label] = _counts.GetValueOrDefault(label) + 1;
        }
    }

    /// <summary>Reports what was counted since the last report.</summary>
    public void Report()
    {
        if (_counts is { Count: > 0 } counts)
        {
            _counts = null;
            foreach (var (label, count) in counts)
            {
                report!(label, count);
            }
        }
    }
}
