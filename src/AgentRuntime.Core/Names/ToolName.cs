namespace AgentRuntime.Names;

/// <summary>The name of one operation of an MCP server.</summary>
public readonly record struct ToolName
{
    private readonly string? _value;

    /// <summary>Wraps a checked name.</summary>
    /// <exception cref="ArgumentException">The text breaks the rule of <see cref="Name"/>.</exception>
    public ToolName(string value) => _value = Name.Checked(value, "tool name");

    /// <summary>The name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
