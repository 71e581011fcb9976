namespace AgentRuntime.Names;

/// <summary>The id of one execution of a workflow. Sorts by time of creation.</summary>
/// <param name="Value">The text form, such as <c>run_01jdz...</c>.</param>
public readonly record struct RunId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;
}
