namespace AgentRuntime.Vaults.Aws.Secrets;

/// <summary>The staging labels that the runtime reads and sets. A label is on one version of a secret at a time, so those of the runtime end with the version.</summary>
internal static class Labels
{
    /// <summary>AWS's own: the version that a read gives.</summary>
    public const string Current = "AWSCURRENT";

    /// <summary>AWS's own: the version before.</summary>
    public const string Previous = "AWSPREVIOUS";

    private const string DisabledStart = "AGENTRUNTIME_DISABLED_";
    private const string WritingStart = "AGENTRUNTIME_WRITING_";

    /// <summary>Says that the runtime must not read this version.</summary>
    public static string Disabled(string version) => DisabledStart + version;

    /// <summary>Holds a version that is not the current one yet.</summary>
    public static string Writing(string version) => WritingStart + version;

    /// <summary>Whether the labels say that the runtime must not read the version. Any such label counts, whoever moved it.</summary>
    public static bool AreDisabled(IReadOnlyList<string> labels) => labels.Any(label => label.StartsWith(DisabledStart, StringComparison.Ordinal));

    /// <summary>Whether the labels say that the version was never the current one.</summary>
    public static bool AreUnfinished(IReadOnlyList<string> labels) => labels.Count > 0 && labels.All(label => label.StartsWith(WritingStart, StringComparison.Ordinal));
}
