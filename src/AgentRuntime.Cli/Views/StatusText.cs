using AgentRuntime.Cli.Output;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Views;

/// <summary>The words for states, and their tone.</summary>
internal static class StatusText
{
    /// <summary>The word for a run's state.</summary>
    public static string Word(RunStatus status) => status switch
    {
        RunStatus.Pending => "pending",
        RunStatus.Running => "running",
        RunStatus.Waiting => "waiting",
        RunStatus.Paused => "paused",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
        _ => "interrupted",
    };

    /// <summary>The word with its tone.</summary>
    public static Piece Of(RunStatus status) => Of(Word(status));

    /// <summary>A word with its tone; underscores read as spaces.</summary>
    public static Piece Of(string word) => new(word.Replace('_', ' '), ToneOf(word));

    private static Tone ToneOf(string word) => word switch
    {
        "succeeded" or "allowed" or "ok" or "enabled" => Tone.Good,
        "failed" or "in_doubt" or "denied" or "fail" or "credential_rejected" or "missing" => Tone.Bad,
        "cancelled" or "interrupted" or "warn" or "disabled" or "incomplete" => Tone.Warn,
        "pending" or "not_started" or "skipped" or "deleted" => Tone.Dim,
        _ => Tone.Normal,
    };
}
