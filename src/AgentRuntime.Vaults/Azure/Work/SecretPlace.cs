using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Vaults.Azure.Wire;

namespace AgentRuntime.Vaults.Azure.Work;

/// <summary>Where a credential is in the vault.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Name">Its secret's name.</param>
internal sealed record SecretPlace(CredentialName Credential, string Name)
{
    private const int VersionLength = 32;

    /// <summary>How messages call it.</summary>
    public string What => $"the secret '{Name}' ({Credential})";

    /// <summary>Why the vault cannot have such a secret, or <c>null</c>.</summary>
    public VaultFailure? Refusal => Name.Length <= KeyVaultName.MaxLength
        ? null
        : new VaultFailure(SecretFailureKind.Invalid, $"The credential {Credential} has no place in an Azure Key Vault: the name there would have {Name.Length} characters, and at most {KeyVaultName.MaxLength} are possible. Use shorter names or a shorter secrets.azure.prefix; each upper-case letter and special character takes two.");

    /// <summary>Why the vault cannot have such a version, or <c>null</c>. What was asked for is not quoted: it may be anything.</summary>
    public VaultFailure? RefusalOf(CredentialVersion? version) => version is not { } asked || (asked.Value?.Length == VersionLength && asked.Value.All(char.IsAsciiHexDigit))
        ? null
        : new VaultFailure(SecretFailureKind.Missing, $"The Key Vault has no such version of {What}: a version there is {VersionLength} hex digits. 'agentruntime credentials versions {Credential}' lists them.");
}
