namespace AgentRuntime.Names;

/// <summary>The name of a least-privilege level of one MCP server.</summary>
public readonly record struct ScopeName
{
    private readonly string? _value;

    /// <summary>Wraps a checked name.</summary>
    /// <exception cref="ArgumentException">The text breaks the rule of <see cref="Name"/>.</exception>
    public ScopeName(string value) => _value = Name.Checked(value, "scope name");

    /// <summary>The name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
