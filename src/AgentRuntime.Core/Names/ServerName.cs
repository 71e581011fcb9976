namespace AgentRuntime.Names;

/// <summary>The name of an MCP server; equals the file name of its manifest.</summary>
public readonly record struct ServerName
{
    private readonly string? _value;

    /// <summary>Wraps a checked name.</summary>
    /// <exception cref="ArgumentException">The text breaks the rule of <see cref="Name"/>.</exception>
    public ServerName(string value) => _value = Name.Checked(value, "server name");

    /// <summary>The name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
