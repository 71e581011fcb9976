using AgentRuntime.Audit;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Demo;

/// <summary>What a demo showed.</summary>
/// <param name="Run">The run with its steps.</param>
/// <param name="Rotation">The change of a key in the middle.</param>
/// <param name="Audit">The entries of the run.</param>
/// <param name="Chain">What verifying the audit chain found.</param>
/// <param name="Workspace">The folder of the workspace.</param>
internal sealed record DemoResult(RunView Run, DemoRotation Rotation, IReadOnlyList<AuditEntry> Audit, AuditVerification Chain, string Workspace)
{
    /// <summary>What searching every file found.</summary>
    public LeakSearchResult Leaks { get; init; } = new([], 0, 0, 0, ["Nothing was searched."]);

    /// <summary>How many credential versions were looked for.</summary>
    public int Values { get; init; }

    /// <summary>Whether everything was as promised.</summary>
    public bool Succeeded => Run.Status == RunStatus.Succeeded && Rotation.Proven && Chain.Break is null && Leaks is { TotalFindings: 0, Problems.Count: 0 };
}

/// <summary>A key that was changed while the run went on.</summary>
/// <param name="Credential">Which.</param>
/// <param name="AfterStep">The step that had just ended.</param>
/// <param name="Before">The step that used it before, and the version it used.</param>
/// <param name="After">The step that used it next, and the version it used.</param>
internal sealed record DemoRotation(string Credential, string AfterStep, StepView? Before, StepView? After)
{
    /// <summary>Whether the next step used a newer version, and worked.</summary>
    public bool Proven => After is { Status: "succeeded" } && After.State.CredentialVersion != Before?.State.CredentialVersion;
}
