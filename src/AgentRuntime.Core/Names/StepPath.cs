namespace AgentRuntime.Names;

/// <summary>
/// Where a step stands in a run: its id, and for steps inside a loop the way to it, such as <c>remind_each[2].send</c>.
/// </summary>
/// <param name="Value">The text form.</param>
public readonly record struct StepPath(string Value)
{
    /// <summary>The path of a step at the top of the workflow.</summary>
    public static StepPath Root(StepId id) => new(id.Value);

    /// <summary>The path of <paramref name="id"/> inside iteration <paramref name="index"/> (from 0) of this loop.</summary>
    public StepPath Child(int index, StepId id) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value}[{index}].{id}"));

    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;
}
