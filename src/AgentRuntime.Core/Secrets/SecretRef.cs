using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>Which value, without the value: safe to print, log and store. Prints as <c>crm/read#v3</c>.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Version">Its version in the store.</param>
public readonly record struct SecretRef(CredentialName Credential, CredentialVersion Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Credential}#v{Version}";
}
