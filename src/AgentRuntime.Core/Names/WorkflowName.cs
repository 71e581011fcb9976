namespace AgentRuntime.Names;

/// <summary>The name of a workflow; equals the file name of its definition.</summary>
public readonly record struct WorkflowName
{
    private readonly string? _value;

    /// <summary>Wraps a checked name.</summary>
    /// <exception cref="ArgumentException">The text breaks the rule of <see cref="Name"/>.</exception>
    public WorkflowName(string value) => _value = Name.Checked(value, "workflow name");

    /// <summary>The name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
