namespace AgentRuntime.Names;

/// <summary>The id of a step inside its workflow definition.</summary>
public readonly record struct StepId
{
    private readonly string? _value;

    /// <summary>Wraps a checked name.</summary>
    /// <exception cref="ArgumentException">The text breaks the rule of <see cref="Name"/>.</exception>
    public StepId(string value) => _value = Name.Checked(value, "step id");

    /// <summary>The name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
