using AgentRuntime.Credentials;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Composition;

/// <summary>A credential that the workspace's manifests name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Fields">The fields that it needs.</param>
/// <param name="UsedBy">The scopes that use it, as <c>server/scope</c>; more than its own when it is shared.</param>
/// <param name="Shared">Whether it is shared on purpose.</param>
/// <param name="Workflows">The workflows with a grant for one of these scopes.</param>
internal sealed record KnownCredential(
    CredentialName Name,
    CredentialType Type,
    IReadOnlyList<string> Fields,
    IReadOnlyList<string> UsedBy,
    bool Shared,
    IReadOnlyList<string> Workflows)
{
    /// <summary>The kind as a manifest writes it.</summary>
    public string TypeName => Type switch
    {
        CredentialType.Bearer => "bearer",
        CredentialType.Basic => "basic",
        CredentialType.ApiKey => "api_key",
        _ => "custom_headers",
    };
}
