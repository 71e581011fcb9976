namespace AgentRuntime.Audit.Reconciliation;

/// <summary>How two logs are compared.</summary>
public sealed record ReconcileOptions
{
    /// <summary>By how much the clocks of store and runtime may differ. Default 5 seconds.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Only what happened at or after this time; <c>null</c> for no limit.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what happened before this time; <c>null</c> for no limit.</summary>
    public DateTimeOffset? Until { get; init; }

    internal bool Covers(DateTimeOffset time) => (Since is not { } since || time >= since) && (Until is not { } until || time < until);
}
