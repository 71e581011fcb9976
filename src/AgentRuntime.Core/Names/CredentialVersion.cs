namespace AgentRuntime.Names;

/// <summary>The secret store's own version of a value: a number for most stores, an id for some. Opaque here.</summary>
/// <param name="Value">The version as the store prints it.</param>
public readonly record struct CredentialVersion(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;
}
